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
import java.nio.charset.StandardCharsets;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.jspecify.annotations.Nullable;

/**
 * The messages between nodes, in bytes: the manifest names the message, fields follow in order,
 * text as its length and UTF-8. Nothing but these messages is ever made from bytes, and no class is
 * ever named by them. Thread-safe; made by Pekko, by name.
 */
final class WireSerializer extends SerializerWithStringManifest {
  private static final String DELIVER = "D1";
  private static final String REPLY = "R1";
  private static final String TOUCH = "T1";
  private static final String STOP = "S1";
  private static final int LONGEST_TEXT = 2 * 1024 * 1024;

  private final ActorRefResolver references;

  WireSerializer(ExtendedActorSystem system) {
    this.references = ActorRefResolver.get(Adapter.toTyped(system));
  }

  @Override
  public int identifier() {
    return 48_051_121;
  }

  @Override
  public String manifest(Object message) {
    if (message instanceof Message.Deliver) {
      return DELIVER;
    }
    if (message instanceof Message.Reply) {
      return REPLY;
    }
    if (message instanceof Message.Touch) {
      return TOUCH;
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
        out.writeLong(deliver.ticket());
        text(out, references.toSerializationFormat(deliver.replyTo()));
        request(out, deliver.request());
      } else if (message instanceof Message.Reply reply) {
        out.writeLong(reply.ticket());
        answer(out, reply.answer());
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
        case DELIVER -> {
          long ticket = in.readLong();
          String replyTo = text(in);
          yield new Message.Deliver(ticket, references.resolveActorRef(replyTo), request(in));
        }
        case REPLY -> new Message.Reply(in.readLong(), answer(in));
        case TOUCH -> new Message.Touch();
        case STOP -> new Message.Stop();
        default -> throw new NotSerializableException("unknown message " + manifest);
      };
    } catch (IOException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new NotSerializableException("malformed message " + manifest + ": " + e.getMessage());
    }
  }

  private static void request(DataOutputStream out, Request request) throws IOException {
    text(out, request.kind().name());
    text(out, request.key().type());
    text(out, request.key().id());
    text(out, request.operation());
    text(out, request.name());
    text(out, request.json());
    out.writeLong(request.expected());
    out.writeLong(request.timeLeftMillis());
  }

  private static Request request(DataInputStream in) throws IOException {
    Request.Kind kind = Request.Kind.valueOf(text(in));
    EntityKey key = new EntityKey(text(in), text(in));
    return new Request(kind, key, text(in), text(in), text(in), in.readLong(), in.readLong());
  }

  private static void answer(DataOutputStream out, Answer answer) throws IOException {
    if (answer instanceof Answer.Done done) {
      out.writeByte(0);
      out.writeLong(done.revision());
      textOrNull(out, done.json());
      text(out, done.owner());
    } else if (answer instanceof Answer.Failed failed) {
      out.writeByte(1);
      text(out, failed.kind().name());
      text(out, failed.message());
      out.writeLong(failed.detail());
    } else if (answer instanceof Answer.NotNow notNow) {
      out.writeByte(2);
      text(out, notNow.reason());
    } else if (answer instanceof Answer.Unsure unsure) {
      out.writeByte(3);
      text(out, unsure.reason());
    } else if (answer instanceof Answer.TooOld tooOld) {
      out.writeByte(4);
      text(out, tooOld.reason());
      out.writeLong(tooOld.beyond());
    }
  }

  private static Answer answer(DataInputStream in) throws IOException {
    int kind = in.readUnsignedByte();
    return switch (kind) {
      case 0 -> new Answer.Done(in.readLong(), textOrNull(in), text(in));
      case 1 -> new Answer.Failed(Answer.Kind.valueOf(text(in)), text(in), in.readLong());
      case 2 -> new Answer.NotNow(text(in));
      case 3 -> new Answer.Unsure(text(in));
      case 4 -> new Answer.TooOld(text(in), in.readLong());
      default -> throw new IOException("answer of kind " + kind);
    };
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > LONGEST_TEXT) {
      throw new IOException("text of " + length + " bytes");
    }
    byte[] bytes = new byte[Math.min(length, in.available())];
    in.readFully(bytes);
    if (bytes.length < length) {
      throw new IOException("text is cut short");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void textOrNull(DataOutputStream out, @Nullable String text) throws IOException {
    out.writeBoolean(text != null);
    text(out, text == null ? "" : text);
  }

  private static @Nullable String textOrNull(DataInputStream in) throws IOException {
    boolean present = in.readBoolean();
    String text = text(in);
    return present ? text : null;
  }
}
