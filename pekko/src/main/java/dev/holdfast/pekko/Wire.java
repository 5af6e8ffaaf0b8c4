package dev.holdfast.pekko;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How text and lists look on the wire: their length first. */
final class Wire {
  private static final int LONGEST_TEXT = 2 * 1024 * 1024;
  private static final int LONGEST_LIST = 100_000;

  /** Writes one element. */
  interface Writer<T> {
    void write(DataOutputStream out, T element) throws IOException;
  }

  /** Reads one element. */
  interface Reader<T> {
    T read(DataInputStream in) throws IOException;
  }

  private Wire() {}

  static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static String text(DataInputStream in) throws IOException {
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

  static void textOrNull(DataOutputStream out, @Nullable String text) throws IOException {
    out.writeBoolean(text != null);
    text(out, text == null ? "" : text);
  }

  static @Nullable String textOrNull(DataInputStream in) throws IOException {
    boolean present = in.readBoolean();
    String text = text(in);
    return present ? text : null;
  }

  static <T> void list(DataOutputStream out, List<T> list, Writer<T> writer) throws IOException {
    out.writeInt(list.size());
    for (T element : list) {
      writer.write(out, element);
    }
  }

  static <T> List<T> list(DataInputStream in, Reader<T> reader) throws IOException {
    int size = in.readInt();
    if (size < 0 || size > LONGEST_LIST) {
      throw new IOException("list of " + size);
    }
    List<T> list = new ArrayList<>(Math.min(size, in.available()));
    for (int i = 0; i < size; i++) {
      list.add(reader.read(in));
    }
    return list;
  }
}
