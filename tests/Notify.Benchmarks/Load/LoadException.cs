namespace Notify.Benchmarks.Load;

/// <summary>Reports that a run cannot continue, with a message for its user.</summary>
internal sealed class LoadException(string message) : Exception(message);
