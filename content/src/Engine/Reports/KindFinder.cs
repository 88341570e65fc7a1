using System.Text.Json;

namespace TaskQueue.Reports;

/// <summary>Finds the kind that all values of a column share, so that none loses a digit.</summary>
/// <remarks>
/// A number may look whole only because it is: then the declared type says what the column is. A text is a date only
/// where the declared type says so.
/// </remarks>
/// <param name="declared">The types that the values have in C#, where they are known.</param>
internal sealed class KindFinder(IEnumerable<Type> declared)
{
    private const long LargestExactInDouble = 1L << 53;
    private const int DigitsOfDouble = 17;

    private readonly HashSet<Type> _declared = [.. declared.Select(type => Nullable.GetUnderlyingType(type) ?? type)];
    private readonly HashSet<ResultKind> _seen = [];
    private bool _hasNamedFloats;
    private bool _hasLargeIntegers;

    public void Observe(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined or JsonValueKind.Null:
                return;
            case JsonValueKind.String when ResultValue.IsNamedFloat(value):
                _hasNamedFloats = true;
                return;
            default:
                _seen.Add(KindOf(value));
                return;
        }
    }

    /// <summary>The kind of all values that were observed.</summary>
    public ResultKind Find()
    {
        var declared = Declared();
        if (_seen.Count == 0)
            return _hasNamedFloats && declared is not ResultKind.Float ? ResultKind.Text : declared ?? ResultKind.Text;

        var isNumber = _seen.All(kind => kind is ResultKind.Integer or ResultKind.Float);
        var isFloat = _hasNamedFloats || _seen.Contains(ResultKind.Float) || declared is ResultKind.Float;
        if (isNumber && isFloat)
            return _hasLargeIntegers ? ResultKind.Text : ResultKind.Float;
        return _seen.Count == 1 && !_hasNamedFloats ? _seen.Single() : ResultKind.Text;
    }

    private ResultKind? Declared()
    {
        var kinds = _declared.Select(ResultValue.KindOf).Distinct().ToList();
        return kinds.Count == 1 ? kinds[0] : null;
    }

    private ResultKind KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => ResultKind.Boolean,
        JsonValueKind.Number => KindOfNumber(value),
        JsonValueKind.String when _declared.Contains(typeof(DateOnly)) && ResultValue.TryGetDate(value, out _) =>
            ResultKind.Date,
        JsonValueKind.String when _declared.Overlaps([typeof(DateTime), typeof(DateTimeOffset)])
            && ResultValue.TryGetTime(value, out _, out var hasZone) =>
            hasZone ? ResultKind.Instant : ResultKind.LocalTime,
        _ => ResultKind.Text,
    };

    private ResultKind KindOfNumber(JsonElement value)
    {
        if (value.TryGetInt64(out var number))
        {
            _hasLargeIntegers |= number is < -LargestExactInDouble or > LargestExactInDouble;
            return ResultKind.Integer;
        }

        var text = value.GetRawText();
        var isWhole = !text.AsSpan().ContainsAny('.', 'e', 'E');
        var digits = text.Split('e', 'E')[0].TrimStart('-', '0', '.').Count(char.IsAsciiDigit);
        return isWhole || digits > DigitsOfDouble ? ResultKind.Text : ResultKind.Float;
    }
}
