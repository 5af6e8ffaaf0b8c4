package dev.holdfast.verify.peers;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** What nodes of Pekko say to each other, in few bytes. Thread-safe. */
public final class PekkoWire extends SerializerWithStringManifest {
  private static final String ASK = "A";
  private static final String ANSWER = "R";

  private final ActorRefResolver addresses;

  /** What is asked of an entity: to be set to a value, or only to tell its own. */
  record Ask(String id, long call, boolean set, long value, ActorRef<Answer> asker) {}

  /** The entity's value, and which node it lives at. */
  record Answer(long call, long value, int node) {}

  /** Made by Pekko. */
  public PekkoWire(ExtendedActorSystem system) {
    this.addresses = ActorRefResolver.get(Adapter.toTyped(system));
  }

  @Override
  public int identifier() {
    return 71_001;
  }

  @Override
  public String manifest(Object message) {
    return message instanceof Ask ? ASK : ANSWER;
  }

  @Override
  public byte[] toBinary(Object message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      if (message instanceof Ask ask) {
        out.writeUTF(ask.id);
        out.writeLong(ask.call);
        out.writeBoolean(ask.set);
        out.writeLong(ask.value);
        out.writeUTF(addresses.toSerializationFormat(ask.asker));
      } else if (message instanceof Answer answer) {
        out.writeLong(answer.call);
        out.writeLong(answer.value);
        out.writeInt(answer.node);
      } else {
        throw new IllegalArgumentException("not a message: " + message);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return manifest.equals(ASK)
          ? new Ask(
              in.readUTF(),
              in.readLong(),
              in.readBoolean(),
              in.readLong(),
              addresses.resolveActorRef(in.readUTF()))
          : new Answer(in.readLong(), in.readLong(), in.readInt());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
