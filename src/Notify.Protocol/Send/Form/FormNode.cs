namespace Notify.Protocol.Send.Form;

/// <summary>A value that a form described: text, a list or an object.</summary>
internal abstract class FormNode
{
    /// <summary>JavaScript's <c>String(value)</c>.</summary>
    public abstract string ToJsString();
}
