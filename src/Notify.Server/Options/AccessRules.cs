using Notify.Protocol.Tokens;

namespace Notify.Server.Options;

/// <summary>Maps channel names to rules. An exact name takes precedence over a prefix, a longer prefix over a shorter one.</summary>
public sealed class AccessRules
{
    /// <summary>The largest number of patterns.</summary>
    public const int MaxRules = 200;

    private readonly Dictionary<string, KeyValuePair<ChannelPattern, AccessRule>> _names = new(StringComparer.Ordinal);
    private readonly List<KeyValuePair<ChannelPattern, AccessRule>> _prefixes = [];

    private AccessRules(AccessRule fallback, IReadOnlyList<KeyValuePair<ChannelPattern, AccessRule>> rules)
    {
        Default = fallback;
        Patterns = rules;
        foreach (var rule in rules)
        {
            if (rule.Key.IsPrefix)
            {
                _prefixes.Add(rule);
            }
            else
            {
                _names.Add(rule.Key.Literal, rule);
            }
        }

        _prefixes.Sort(static (a, b) => b.Key.Literal.Length.CompareTo(a.Key.Literal.Length));
        All = rules.Select(static rule => rule.Value).Append(fallback).ToHashSet();
    }

    /// <summary>Gets the rules of the drop-in: every channel is open.</summary>
    public static AccessRules Open { get; } = new(AccessRule.Open, []);

    /// <summary>Gets the rule of channels that match no pattern.</summary>
    public AccessRule Default { get; }

    /// <summary>Gets the patterns and their rules, as configured.</summary>
    public IReadOnlyList<KeyValuePair<ChannelPattern, AccessRule>> Patterns { get; }

    /// <summary>Gets every rule that is in use.</summary>
    public IReadOnlySet<AccessRule> All { get; }

    /// <summary>Gets whether every channel is open.</summary>
    public bool IsOpen => All.Count == 1 && Default == AccessRule.Open;

    /// <summary>Creates rules. Returns null when there are too many, or when a pattern is there twice.</summary>
    public static AccessRules? TryCreate(AccessRule fallback, IReadOnlyList<KeyValuePair<ChannelPattern, AccessRule>> rules) =>
        rules.Count <= MaxRules && rules.DistinctBy(static rule => rule.Key).Count() == rules.Count
            ? new AccessRules(fallback, rules)
            : null;

    /// <summary>Parses <c>DEFAULT[,PATTERN=RULE]…</c>. Returns false when a part is invalid.</summary>
    public static bool TryParse(string text, out AccessRules rules)
    {
        rules = Open;
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        if (!TryParseRule(parts[0], out var fallback))
        {
            return false;
        }

        var list = new List<KeyValuePair<ChannelPattern, AccessRule>>();
        foreach (var part in parts.AsSpan(1))
        {
            var equals = part.LastIndexOf('=');
            if (equals < 0
                || !ChannelPattern.TryParse(part[..equals].TrimEnd(), out var pattern)
                || !TryParseRule(part[(equals + 1)..].TrimStart(), out var rule))
            {
                return false;
            }

            list.Add(new(pattern, rule));
        }

        if (TryCreate(fallback, list) is not { } created)
        {
            return false;
        }

        rules = created;
        return true;
    }

    /// <summary>Parses the name of a rule.</summary>
    public static bool TryParseRule(string text, out AccessRule rule)
    {
        (var isRule, rule) = text.ToUpperInvariant() switch
        {
            "OPEN" => (true, AccessRule.Open),
            "USER" => (true, AccessRule.User),
            "TOKEN" => (true, AccessRule.Token),
            "ASK" => (true, AccessRule.Ask),
            "CLOSED" => (true, AccessRule.Closed),
            _ => (false, AccessRule.Open),
        };
        return isRule;
    }

    /// <summary>Returns the name of a rule, as it is written in settings.</summary>
    public static string NameOf(AccessRule rule) => rule switch
    {
        AccessRule.Open => "open",
        AccessRule.User => "user",
        AccessRule.Token => "token",
        AccessRule.Ask => "ask",
        _ => "closed",
    };

    /// <summary>Returns the rule of a channel, and the pattern that decides; null for the default.</summary>
    public (AccessRule Rule, ChannelPattern? Pattern) Find(string channel)
    {
        if (_names.TryGetValue(channel, out var named))
        {
            return (named.Value, named.Key);
        }

        foreach (var (pattern, rule) in _prefixes)
        {
            if (pattern.Matches(channel))
            {
                return (rule, pattern);
            }
        }

        return (Default, null);
    }

    /// <summary>Returns the rules as they are written in settings.</summary>
    public override string ToString() =>
        string.Join(',', [NameOf(Default), .. Patterns.Select(static rule => $"{rule.Key}={NameOf(rule.Value)}")]);
}
