using BulkProgram;
using TaskQueue.Commands;

if (args is not ["make", var path, var rows, var bytes, var answer])
    return await TaskQueueProgram.RunAsync(args, typeof(BulkTask).Assembly);
BulkTable.Write(path, int.Parse(rows), int.Parse(bytes), int.Parse(answer));
return 0;
