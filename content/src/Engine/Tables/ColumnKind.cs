namespace TaskQueue.Tables;

/// <summary>What the values of a column are to a parameters record, whatever their width or encoding.</summary>
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
