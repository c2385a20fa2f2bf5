namespace Notify.Protocol.Send.Form;

/// <summary>A single value of a form; forms know no other scalars than text.</summary>
internal sealed class FormText(string value) : FormNode
{
    /// <summary>The decoded text, without lone surrogates.</summary>
    public string Value { get; } = value;

    /// <inheritdoc/>
    public override string ToJsString() => Value;
}
