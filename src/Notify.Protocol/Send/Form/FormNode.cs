namespace Notify.Protocol.Send.Form;

/// <summary>Represents a value of a form: a text, a list or an object.</summary>
internal abstract class FormNode
{
    /// <summary>Returns JavaScript's <c>String(value)</c>.</summary>
    public abstract string ToJsString();
}
