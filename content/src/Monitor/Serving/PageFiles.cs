using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Http;
using TaskQueue.Monitor.Gate;

namespace TaskQueue.Monitor.Serving;

/// <summary>The files of the page, which are built into the program.</summary>
internal sealed class PageFiles
{
    private const string Page = "index.html";

    /// <summary>Where the page's script finds the token that it sends with changes.</summary>
    private const string Placeholder = "FORGERY-TOKEN";

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    public PageFiles(Secret forgery)
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames())
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            var text = reader.ReadToEnd();
            _files[name] = Encoding.UTF8.GetBytes(name == Page ? text.Replace(Placeholder, forgery.Text, StringComparison.Ordinal) : text);
        }
    }

    public Task WritePageAsync(HttpContext context) => WriteAsync(context, Page);

    public Task WriteAsync(HttpContext context, string name)
    {
        if (!_files.TryGetValue(name, out var content))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
        context.Response.ContentType = Types[Path.GetExtension(name)];
        context.Response.ContentLength = content.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }
}
