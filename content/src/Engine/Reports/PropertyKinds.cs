using System.Text.Json;

namespace TaskQueue.Reports;

/// <summary>The properties that parameters or results have, and what kind of values each holds.</summary>
/// <param name="declared">What the tasks' records declare, in their order.</param>
internal sealed class PropertyKinds(IEnumerable<(string Name, Type Type)> declared)
{
    private readonly List<(string Name, Type Type)> _declared = [.. declared];
    private readonly Dictionary<string, KindFinder> _seen = [];

    /// <param name="value">Looked into when it is an object.</param>
    public void Observe(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return;
        foreach (var property in value.EnumerateObject())
            FinderOf(property.Name).Observe(property.Value);
    }

    /// <summary>
    /// The properties that were seen: those the tasks declare in their order, then the others by alphabet.
    /// </summary>
    public IEnumerable<(string Name, ResultKind Kind)> InOrder() =>
        _declared.Select(property => property.Name).Where(_seen.ContainsKey)
            .Concat(_seen.Keys.Order(StringComparer.Ordinal))
            .Distinct()
            .Select(name => (name, _seen[name].Find()));

    private KindFinder FinderOf(string name)
    {
        if (!_seen.TryGetValue(name, out var finder))
        {
            finder = new KindFinder(_declared.Where(property => property.Name == name).Select(property => property.Type));
            _seen[name] = finder;
        }

        return finder;
    }
}
