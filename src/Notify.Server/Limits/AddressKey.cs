using System.Buffers.Binary;
using System.Net;

namespace Notify.Server.Limits;

/// <summary>Names the holder of an address for the limits: an IPv4 address, or the /64 network of an IPv6 address. The default names nobody.</summary>
/// <param name="Value">The network's 64 bits; those of an IPv4 address stand behind a prefix that no IPv6 network has.</param>
internal readonly record struct AddressKey(ulong Value)
{
    private const ulong IPv4 = 0x0000_FFFF_0000_0000;

    /// <summary>Nobody.</summary>
    public static AddressKey None => default;

    /// <summary>Whether it names nobody, so that no limit applies.</summary>
    public bool IsNone => Value == 0;

    /// <summary>Writes the address or the network, for the log.</summary>
    public override string ToString()
    {
        if (IsNone)
        {
            return "this host, or an address without limits";
        }

        if ((Value & 0xFFFF_FFFF_0000_0000) == IPv4)
        {
            Span<byte> four = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(four, (uint)Value);
            return new IPAddress(four).ToString();
        }

        Span<byte> sixteen = stackalloc byte[16];
        sixteen.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(sixteen, Value);
        return new IPAddress(sixteen) + "/64";
    }

    /// <summary>The key of an address.</summary>
    public static AddressKey Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return address.IsIPv4MappedToIPv6 || address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
            ? new AddressKey(IPv4 | BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]))
            : new AddressKey(BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }
}
