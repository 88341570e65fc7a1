using System.Reflection;
using TaskQueue.Tables;

namespace TaskQueue.Tests.Tables;

/// <summary>A table is read wherever .NET runs: a chiselled image has no libzstd and no liblz4.</summary>
public sealed class ManagedCodeTests
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    [Fact]
    public void The_room_of_tables_calls_no_native_library()
    {
        var types = typeof(FeatherTable).Assembly.GetTypes()
            .Where(type => type.Namespace?.StartsWith(typeof(FeatherTable).Namespace!, StringComparison.Ordinal) is true);

        Assert.DoesNotContain(types.SelectMany(type => type.GetMethods(All)), method => method.Attributes.HasFlag(MethodAttributes.PinvokeImpl));
    }
}
