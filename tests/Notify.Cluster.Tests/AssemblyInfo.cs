// These tests need root, network namespaces or installed programs; see tests/README.md.
[assembly: AssemblyTrait("Needs", "System")]
