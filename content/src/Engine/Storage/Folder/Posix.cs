using System.Runtime.InteropServices;

namespace TaskQueue.Storage.Folder;

/// <summary>The few calls of the C library that .NET does not offer.</summary>
internal static class Posix
{
    private const int ReadOnly = 0;

    private static readonly int CloseOnExec = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    /// <summary>Gives a file a second name, unless that name is taken: the one atomic "rename unless there".</summary>
    /// <returns>0, or the error number.</returns>
    public static int Link(string existing, string added) =>
        NativeMethods.Link(existing, added) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Whether a path leads to something, with the reason when it does not.</summary>
    /// <returns>0, or the error number.</returns>
    public static int Access(string path) =>
        NativeMethods.Access(path, mode: 0) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Makes the names in a folder durable.</summary>
    /// <exception cref="IOException">The disk refused; <see cref="Exception.HResult"/> is the error number.</exception>
    public static void SyncFolder(string path)
    {
        var descriptor = NativeMethods.Open(path, ReadOnly | CloseOnExec);
        if (descriptor < 0)
            throw LastError(path);

        try
        {
            if (NativeMethods.Fsync(descriptor) != 0 && Marshal.GetLastPInvokeError() is not ErrorNumber.Invalid)
                throw LastError(path);
        }
        finally
        {
            _ = NativeMethods.Close(descriptor);
        }
    }

    public static uint EffectiveUserId() => NativeMethods.EffectiveUserId();

    public static IOException Failure(int error) => new(Marshal.GetPInvokeErrorMessage(error), error);

    private static IOException LastError(string path) => Marshal.GetLastPInvokeError() switch
    {
        ErrorNumber.NoEntry => new DirectoryNotFoundException($"Could not find the folder '{path}'."),
        var error => Failure(error),
    };

    private static class NativeMethods
    {
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        [DllImport("libc", EntryPoint = "link", SetLastError = true, BestFitMapping = false)]
        public static extern int Link(
            [MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string added);

        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        [DllImport("libc", EntryPoint = "access", SetLastError = true, BestFitMapping = false)]
        public static extern int Access([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);

        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        [DllImport("libc", EntryPoint = "open", SetLastError = true, BestFitMapping = false)]
        public static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
        public static extern int Fsync(int descriptor);

        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        [DllImport("libc", EntryPoint = "close", SetLastError = true)]
        public static extern int Close(int descriptor);

        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        [DllImport("libc", EntryPoint = "geteuid")]
        public static extern uint EffectiveUserId();
    }
}
