namespace TaskQueue.Contracts;

/// <summary>Marks the property that identifies a row. It must be unique in the table, and neither null nor empty.</summary>
/// <remarks>Without it, a task_id column is the id; without that, a hash of the parameters.</remarks>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class TaskIdAttribute : Attribute;
