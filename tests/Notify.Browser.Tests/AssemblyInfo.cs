// These tests need Chromium and npm packages; see tests/README.md.
[assembly: AssemblyTrait("Needs", "System")]
