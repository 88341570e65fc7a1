using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

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

    /// <summary>Makes the names in a folder durable. Windows keeps them in its journal and has no call for this.</summary>
    /// <exception cref="IOException">The disk refused; <see cref="Exception.HResult"/> is the error number.</exception>
    public static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;

        using var folder = NativeMethods.Open(path, ReadOnly | CloseOnExec);
        if (folder.IsInvalid)
            throw LastError(path);

        RandomAccess.FlushToDisk(folder);
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
        [DllImport("libc", EntryPoint = "open", SetLastError = true, BestFitMapping = false)]
        public static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        [DllImport("libc", EntryPoint = "geteuid")]
        public static extern uint EffectiveUserId();
    }
}
