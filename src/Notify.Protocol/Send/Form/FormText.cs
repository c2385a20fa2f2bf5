namespace Notify.Protocol.Send.Form;

/// <summary>Represents a single value of a form. Forms have no scalars other than text.</summary>
internal sealed class FormText(string value) : FormNode
{
    /// <summary>Gets the decoded text, without lone surrogates.</summary>
    public string Value { get; } = value;

    /// <inheritdoc/>
    public override string ToJsString() => Value;
}
