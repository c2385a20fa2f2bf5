namespace Notify.Benchmarks.Load;

/// <summary>A run cannot go on; the message says why, for whoever started it.</summary>
internal sealed class LoadException(string message) : Exception(message);
