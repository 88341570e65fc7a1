namespace TaskQueue.Collections;

/// <summary>
/// The kinds of queue, or of store, by the schemes of their addresses. The folder of a kind registers it, by a module
/// initializer: a project has the kinds whose folders or packages it has.
/// </summary>
/// <param name="own">The kind that is always there, and its scheme.</param>
internal sealed class KindRegistry<TKind>((string Scheme, TKind Kind) own) where TKind : class
{
    private readonly SortedDictionary<string, TKind> _kinds = new(StringComparer.OrdinalIgnoreCase) { [own.Scheme] = own.Kind };

    /// <summary>The kinds by their schemes, the one that is always there first.</summary>
    public IEnumerable<KeyValuePair<string, TKind>> All
    {
        get
        {
            KindPackages.Load();
            return _kinds.OrderBy(kind => kind.Key != own.Scheme);
        }
    }

    /// <summary>For module initializers, which run once, before anything else of their assembly.</summary>
    public void Add(string scheme, TKind kind) => _kinds.Add(scheme, kind);

    public TKind? Find(string scheme)
    {
        KindPackages.Load();
        return _kinds.GetValueOrDefault(scheme);
    }
}
