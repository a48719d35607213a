using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Makes copies of TorchSharp's ELF library in which the need for the symbol version GLIBCXX_3.4.32 is weak, so that a
/// loader with an older libstdc++ accepts it. Done only where every symbol of that version is the marker
/// <c>_ZSt21ios_base_library_initv</c>, which no code calls; every other file is left alone.
/// Layout of the sections: the ELF-64 specification and the Linux Standard Base's chapter on symbol versioning.
/// </summary>
public sealed class MendTorchSharpLibrary : Task
{
    private const string Version = "GLIBCXX_3.4.32";
    private const string Marker = "_ZSt21ios_base_library_initv";
    private const byte WeakFlag = 2; // VER_FLG_WEAK

    [Required]
    public ITaskItem[] Libraries { get; set; }

    [Required]
    public string Folder { get; set; }

    [Output]
    public ITaskItem[] Mended { get; set; }

    [Output]
    public ITaskItem[] Replaced { get; set; }

    public override bool Execute()
    {
        var mended = new List<ITaskItem>();
        var replaced = new List<ITaskItem>();
        foreach (ITaskItem library in Libraries)
        {
            byte[] image = File.ReadAllBytes(library.ItemSpec);
            int flags = FindMendableFlags(image);
            if (flags < 0)
                continue;

            image[flags] |= WeakFlag;
            string target = Path.Combine(Folder, Path.GetFileName(library.ItemSpec));
            WriteIfDifferent(target, image, File.GetLastWriteTimeUtc(library.ItemSpec));
            var item = new TaskItem(target);
            library.CopyMetadataTo(item);
            mended.Add(item);
            replaced.Add(library);
            Log.LogMessage(MessageImportance.Low, "MlNetSeqRec: {0}: the need for {1} is now weak", target, Version);
        }

        Mended = mended.ToArray();
        Replaced = replaced.ToArray();
        return true;
    }

    /// <summary>The offset of the low byte of the flags of the version need, or -1 where there is nothing (safe) to mend.</summary>
    public static int FindMendableFlags(byte[] image)
    {
        if (image.Length < 64 || image[0] != 0x7f || image[1] != 'E' || image[2] != 'L' || image[3] != 'F' || image[4] != 2 || image[5] != 1)
            return -1;

        Section[] sections = ReadSections(image);
        int need = Array.FindIndex(sections, s => s.Type == 0x6ffffffe);     // SHT_GNU_verneed
        int versions = Array.FindIndex(sections, s => s.Type == 0x6fffffff); // SHT_GNU_versym
        int symbols = Array.FindIndex(sections, s => s.Type == 11);          // SHT_DYNSYM
        if (need < 0 || versions < 0 || symbols < 0)
            return -1;

        int index;
        int flags = FindVersion(image, sections, need, out index);
        if (flags < 0)
            return -1;

        // Only the marker may carry the version: anything else would be a symbol that the program really needs.
        int strings = (int)sections[sections[symbols].Link].Offset;
        long count = sections[symbols].Size / 24;
        for (long i = 0; i < count; i++)
        {
            int version = BitConverter.ToUInt16(image, (int)(sections[versions].Offset + (i * 2))) & 0x7fff;
            if (version == index && ReadString(image, strings + BitConverter.ToInt32(image, (int)(sections[symbols].Offset + (i * 24)))) != Marker)
                return -1;
        }

        return flags;
    }

    private static int FindVersion(byte[] image, Section[] sections, int need, out int index)
    {
        int strings = (int)sections[sections[need].Link].Offset;
        int entry = (int)sections[need].Offset;
        while (true)
        {
            int auxiliary = entry + BitConverter.ToInt32(image, entry + 8);
            for (int left = BitConverter.ToUInt16(image, entry + 2); left > 0; left--)
            {
                if (ReadString(image, strings + BitConverter.ToInt32(image, auxiliary + 8)) == Version)
                {
                    index = BitConverter.ToUInt16(image, auxiliary + 6);
                    return (image[auxiliary + 4] & WeakFlag) != 0 ? -1 : auxiliary + 4;
                }

                auxiliary += BitConverter.ToInt32(image, auxiliary + 12);
            }

            int next = BitConverter.ToInt32(image, entry + 12);
            if (next == 0)
            {
                index = -1;
                return -1;
            }

            entry += next;
        }
    }

    private static Section[] ReadSections(byte[] image)
    {
        long table = BitConverter.ToInt64(image, 40);
        int size = BitConverter.ToUInt16(image, 58);
        var sections = new Section[BitConverter.ToUInt16(image, 60)];
        for (int i = 0; i < sections.Length; i++)
        {
            int at = (int)(table + ((long)i * size));
            sections[i] = new Section
            {
                Type = BitConverter.ToUInt32(image, at + 4),
                Offset = BitConverter.ToInt64(image, at + 24),
                Size = BitConverter.ToInt64(image, at + 32),
                Link = BitConverter.ToInt32(image, at + 40),
            };
        }

        return sections;
    }

    private static string ReadString(byte[] image, int at)
    {
        return Encoding.ASCII.GetString(image, at, Array.IndexOf(image, (byte)0, at) - at);
    }

    private static void WriteIfDifferent(string path, byte[] content, DateTime time)
    {
        if (File.Exists(path) && File.ReadAllBytes(path).SequenceEqual(content))
            return;

        Directory.CreateDirectory(Path.GetDirectoryName(path));
        string temporary = path + "." + Guid.NewGuid().ToString("N");
        File.WriteAllBytes(temporary, content);
        File.SetLastWriteTimeUtc(temporary, time);
        File.Delete(path);
        File.Move(temporary, path);
    }

    private struct Section
    {
        public uint Type;
        public long Offset;
        public long Size;
        public int Link;
    }
}
