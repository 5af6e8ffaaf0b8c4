package dev.holdfast.pekko;

import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage;
import dev.holdfast.spi.PeerMessage.Changed;
import dev.holdfast.spi.PeerMessage.Drop;
import dev.holdfast.spi.PeerMessage.Dropped;
import dev.holdfast.spi.PeerMessage.Follow;
import dev.holdfast.spi.PeerMessage.Hint;
import dev.holdfast.spi.PeerMessage.Renew;
import dev.holdfast.spi.PeerMessage.Renewed;
import dev.holdfast.spi.PeerMessage.Revocation;
import dev.holdfast.spi.PeerMessage.Revoke;
import dev.holdfast.spi.PeerMessage.Revoked;
import dev.holdfast.spi.PeerMessage.Unknown;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** What hosts tell each other, in bytes: a kind, the session, then what is special to the kind. */
final class PeerWire {
  private static final int RENEW = 0;
  private static final int RENEWED = 1;
  private static final int UNKNOWN = 2;
  private static final int REVOKE = 3;
  private static final int REVOKED = 4;
  private static final int DROPPED = 5;
  private static final int FOLLOW = 6;
  private static final int CHANGED = 7;

  private PeerWire() {}

  static void write(DataOutputStream out, PeerMessage message) throws IOException {
    out.writeByte(kind(message));
    out.writeLong(message.reader());
    out.writeLong(message.owner());
    out.writeLong(message.session());
    if (message instanceof Renew renew) {
      Wire.text(out, renew.address());
      out.writeBoolean(renew.opens());
      out.writeLong(renew.renewal());
    } else if (message instanceof Renewed renewed) {
      out.writeLong(renewed.renewal());
      out.writeLong(renewed.nanos());
      Wire.list(out, renewed.revocations(), PeerWire::revocation);
    } else if (message instanceof Revoke revoke) {
      revocation(out, revoke.revocation());
    } else if (message instanceof Revoked revoked) {
      out.writeLong(revoked.number());
      Wire.list(out, revoked.uses(), DataOutputStream::writeInt);
    } else if (message instanceof Dropped dropped) {
      Wire.list(out, dropped.drops(), PeerWire::drop);
    } else if (message instanceof Follow follow) {
      Wire.text(out, follow.address());
      Wire.list(out, follow.types(), Wire::text);
    } else if (message instanceof Changed changed) {
      out.writeLong(changed.number());
      out.writeBoolean(changed.lost());
      Wire.list(out, changed.hints(), PeerWire::hint);
    }
  }

  private static int kind(PeerMessage message) {
    if (message instanceof Renew) {
      return RENEW;
    }
    if (message instanceof Renewed) {
      return RENEWED;
    }
    if (message instanceof Revoke) {
      return REVOKE;
    }
    if (message instanceof Revoked) {
      return REVOKED;
    }
    if (message instanceof Follow) {
      return FOLLOW;
    }
    if (message instanceof Changed) {
      return CHANGED;
    }
    return message instanceof Dropped ? DROPPED : UNKNOWN;
  }

  static PeerMessage read(DataInputStream in) throws IOException {
    int kind = in.readUnsignedByte();
    long reader = in.readLong();
    long owner = in.readLong();
    long session = in.readLong();
    return switch (kind) {
      case RENEW ->
        new Renew(reader, owner, session, Wire.text(in), in.readBoolean(), in.readLong());
      case RENEWED ->
        new Renewed(
            reader,
            owner,
            session,
            in.readLong(),
            in.readLong(),
            Wire.list(in, PeerWire::revocation));
      case UNKNOWN -> new Unknown(reader, owner, session);
      case REVOKE -> new Revoke(reader, owner, session, revocation(in));
      case REVOKED ->
        new Revoked(reader, owner, session, in.readLong(), Wire.list(in, DataInputStream::readInt));
      case DROPPED -> new Dropped(reader, owner, session, Wire.list(in, PeerWire::drop));
      case FOLLOW -> new Follow(reader, owner, session, Wire.text(in), Wire.list(in, Wire::text));
      case CHANGED ->
        new Changed(
            reader, owner, session, in.readLong(), in.readBoolean(), Wire.list(in, PeerWire::hint));
      default -> throw new IOException("peer message of kind " + kind);
    };
  }

  private static void revocation(DataOutputStream out, Revocation revocation) throws IOException {
    out.writeLong(revocation.number());
    Wire.list(out, revocation.keys(), PeerWire::key);
  }

  private static Revocation revocation(DataInputStream in) throws IOException {
    return new Revocation(in.readLong(), Wire.list(in, PeerWire::key));
  }

  private static void drop(DataOutputStream out, Drop drop) throws IOException {
    key(out, drop.key());
    out.writeLong(drop.nonce());
  }

  private static Drop drop(DataInputStream in) throws IOException {
    return new Drop(key(in), in.readLong());
  }

  private static void hint(DataOutputStream out, Hint hint) throws IOException {
    key(out, hint.key());
    out.writeLong(hint.revision());
  }

  private static Hint hint(DataInputStream in) throws IOException {
    return new Hint(key(in), in.readLong());
  }

  private static void key(DataOutputStream out, EntityKey key) throws IOException {
    Wire.text(out, key.type());
    Wire.text(out, key.id());
  }

  private static EntityKey key(DataInputStream in) throws IOException {
    return new EntityKey(Wire.text(in), Wire.text(in));
  }
}
