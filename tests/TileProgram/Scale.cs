namespace TileProgram;

/// <summary>A service of the user's, which the task asks for in its constructor.</summary>
public sealed class Scale
{
    public int Factor { get; } = 3;
}
