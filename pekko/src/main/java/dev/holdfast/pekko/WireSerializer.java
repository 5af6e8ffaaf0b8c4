package dev.holdfast.pekko;

import dev.holdfast.spi.Answer;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Request;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.UncheckedIOException;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * The messages between nodes, in bytes: the manifest names the message, fields follow in order,
 * text as its length and UTF-8. Nothing but these messages is ever made from bytes, and no class is
 * ever named by them. Thread-safe; made by Pekko, by name.
 */
final class WireSerializer extends SerializerWithStringManifest {
  private static final String DELIVER = "D3";
  private static final String ASKS = "A1";
  private static final String REPLIES = "R3";
  private static final String PEER = "P1";
  private static final String STOP = "S1";

  @Override
  public int identifier() {
    return 48_051_121;
  }

  @Override
  public String manifest(Object message) {
    if (message instanceof Message.Deliver) {
      return DELIVER;
    }
    if (message instanceof Message.Asks) {
      return ASKS;
    }
    if (message instanceof Message.Replies) {
      return REPLIES;
    }
    if (message instanceof Message.Peer) {
      return PEER;
    }
    if (message instanceof Message.Stop) {
      return STOP;
    }
    throw new IllegalArgumentException("not a message between nodes: " + message.getClass());
  }

  @Override
  public byte[] toBinary(Object message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      if (message instanceof Message.Deliver deliver) {
        Wire.text(out, deliver.from());
        ask(out, deliver.ask());
      } else if (message instanceof Message.Asks asks) {
        Wire.text(out, asks.from());
        Wire.list(out, asks.asks(), WireSerializer::ask);
      } else if (message instanceof Message.Replies replies) {
        Wire.text(out, replies.from());
        Wire.text(out, replies.to());
        Wire.list(out, replies.replies(), WireSerializer::reply);
      } else if (message instanceof Message.Peer peer) {
        PeerWire.write(out, peer.message());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return switch (manifest) {
        case DELIVER -> new Message.Deliver(node(in), ask(in));
        case ASKS -> new Message.Asks(node(in), Wire.list(in, WireSerializer::ask));
        case REPLIES ->
          new Message.Replies(node(in), node(in), Wire.list(in, WireSerializer::reply));
        case PEER -> new Message.Peer(PeerWire.read(in));
        case STOP -> new Message.Stop();
        default -> throw new NotSerializableException("unknown message " + manifest);
      };
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new NotSerializableException("malformed message " + manifest + ": " + e.getMessage());
    }
  }

  private static String node(DataInputStream in) throws IOException {
    return Addresses.checked(Wire.text(in));
  }

  private static void ask(DataOutputStream out, Message.Ask ask) throws IOException {
    out.writeLong(ask.ticket());
    request(out, ask.request());
  }

  private static Message.Ask ask(DataInputStream in) throws IOException {
    return new Message.Ask(in.readLong(), request(in));
  }

  private static void reply(DataOutputStream out, Message.Reply reply) throws IOException {
    out.writeLong(reply.ticket());
    out.writeInt(reply.shard());
    answer(out, reply.answer());
  }

  private static Message.Reply reply(DataInputStream in) throws IOException {
    return new Message.Reply(in.readLong(), in.readInt(), answer(in));
  }

  private static void request(DataOutputStream out, Request request) throws IOException {
    Wire.text(out, request.kind().name());
    Wire.text(out, request.key().type());
    Wire.text(out, request.key().id());
    Wire.text(out, request.operation());
    Wire.text(out, request.name());
    Wire.text(out, request.json());
    out.writeLong(request.expected());
    out.writeLong(request.timeLeftMillis());
    Request.Fill fill = request.fill();
    out.writeBoolean(fill != null);
    if (fill != null) {
      out.writeLong(fill.reader());
      out.writeLong(fill.nonce());
    }
  }

  private static Request request(DataInputStream in) throws IOException {
    Request.Kind kind = Request.Kind.valueOf(Wire.text(in));
    EntityKey key = new EntityKey(Wire.text(in), Wire.text(in));
    return new Request(
        kind,
        key,
        Wire.text(in),
        Wire.text(in),
        Wire.text(in),
        in.readLong(),
        in.readLong(),
        in.readBoolean() ? new Request.Fill(in.readLong(), in.readLong()) : null);
  }

  private static void answer(DataOutputStream out, Answer answer) throws IOException {
    if (answer instanceof Answer.Done done) {
      out.writeByte(0);
      out.writeLong(done.revision());
      Wire.textOrNull(out, done.json());
      Wire.text(out, done.owner());
      Answer.Grant grant = done.grant();
      out.writeBoolean(grant != null);
      if (grant != null) {
        out.writeLong(grant.owner());
        Wire.text(out, grant.address());
        out.writeLong(grant.session());
      }
    } else if (answer instanceof Answer.Failed failed) {
      out.writeByte(1);
      Wire.text(out, failed.kind().name());
      Wire.text(out, failed.message());
      out.writeLong(failed.detail());
    } else if (answer instanceof Answer.NotNow notNow) {
      out.writeByte(2);
      Wire.text(out, notNow.reason());
    } else if (answer instanceof Answer.Unsure unsure) {
      out.writeByte(3);
      Wire.text(out, unsure.reason());
    } else if (answer instanceof Answer.TooOld tooOld) {
      out.writeByte(4);
      Wire.text(out, tooOld.reason());
      out.writeLong(tooOld.beyond());
    }
  }

  private static Answer answer(DataInputStream in) throws IOException {
    int kind = in.readUnsignedByte();
    return switch (kind) {
      case 0 ->
        new Answer.Done(
            in.readLong(),
            Wire.textOrNull(in),
            Wire.text(in),
            in.readBoolean()
                ? new Answer.Grant(in.readLong(), Wire.text(in), in.readLong())
                : null);
      case 1 -> new Answer.Failed(Answer.Kind.valueOf(Wire.text(in)), Wire.text(in), in.readLong());
      case 2 -> new Answer.NotNow(Wire.text(in));
      case 3 -> new Answer.Unsure(Wire.text(in));
      case 4 -> new Answer.TooOld(Wire.text(in), in.readLong());
      default -> throw new IOException("answer of kind " + kind);
    };
  }
}
