namespace TaskQueue.Tables;

/// <summary>The kind of a column's values, of any width or encoding, to a parameters record.</summary>
public enum ColumnKind
{
    Null,
    Boolean,
    Integer,
    Float,
    Decimal,
    Text,
    Binary,
    Date,
    Time,
    Timestamp,
    Duration,
    Interval,
    List,
    Struct,
}
