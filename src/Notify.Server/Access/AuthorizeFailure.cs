namespace Notify.Server.Access;

/// <summary>Defines why the backend that is asked about a join gave no usable answer. Each of them is logged on its own.</summary>
internal enum AuthorizeFailure
{
    /// <summary>There is an answer.</summary>
    None,

    /// <summary>The backend could not be reached, or the connection broke.</summary>
    Unreachable,

    /// <summary>The answer took too long.</summary>
    Timeout,

    /// <summary>The status neither allows nor refuses, and says that the backend or its URL is wrong.</summary>
    Status,

    /// <summary>The status says that the backend does not take this one question, for example because of a long cookie.</summary>
    Rejected,

    /// <summary>The body of a permission cannot be read.</summary>
    Body,

    /// <summary>So many questions failed that the backend is not asked at the moment.</summary>
    Broken,

    /// <summary>Too many questions are under way.</summary>
    Full,

    /// <summary>The server has a bug.</summary>
    Unexpected,
}
