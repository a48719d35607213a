using System.Reflection;

namespace MlNetSeqRec.Experiments;

/// <summary>
/// The kernel of .NET Interactive where this code runs in one. It is reached by reflection, so that nothing that runs
/// elsewhere needs its packages.
/// </summary>
internal static class InteractiveKernel
{
    private const string Assembly = "Microsoft.DotNet.Interactive";

    /// <summary>Whether a cell is being run.</summary>
    public static bool IsHere => Context() is not null;

    /// <summary>Shows something under the cell that is being run; false where none is.</summary>
    public static bool TryDisplay(ShownOutput output)
    {
        if (Context() is not { } context)
            return false;
        // Every front end shows a picture in HTML; not all decode image/png.
        string html = output.MimeType == "text/html" ? output.Data : $"<img alt=\"{System.Net.WebUtility.HtmlEncode(output.Text)}\" src=\"data:{output.MimeType};base64,{output.Data}\">";
        MethodInfo display = context.GetType().Assembly.GetType($"{Assembly}.KernelInvocationContextExtensions")?.GetMethod("DisplayAs", [context.GetType(), typeof(string), typeof(string)])
            ?? throw new NotSupportedException($"This version of {Assembly} has no DisplayAs: show tables and plots with its own display()");
        display.Invoke(null, [context, html, "text/html"]);
        return true;
    }

    private static object? Context() => AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(assembly => assembly.GetName().Name == Assembly)
        ?.GetType($"{Assembly}.KernelInvocationContext")?.GetProperty("Current", BindingFlags.Public | BindingFlags.Static)?.GetValue(null);
}
