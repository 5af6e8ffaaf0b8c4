package dev.holdfast.verify.fire;

import dev.holdfast.verify.Command;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file system of its own in a file, which can be filled to the last byte. Needs root,
 * {@code mount} and {@code mkfs.ext4}. Used by one thread.
 */
final class SmallDisk implements AutoCloseable {
  private static final long BYTES = 512L << 20;
  private static final List<Integer> PIECES = List.of(1 << 20, 1 << 12);

  private final Path folder;
  private final Path ballast;

  private SmallDisk(Path folder) {
    this.folder = folder;
    this.ballast = folder.resolve("ballast");
  }

  /** Makes one in a folder; null if it cannot be had here. */
  static @Nullable SmallDisk in(Path parent) throws IOException {
    Path image = parent.resolve("disk.image");
    Path folder = Files.createDirectories(parent.resolve("disk"));
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(BYTES);
    }
    boolean mounted = Command.succeeds("mkfs.ext4", "-q", "-m", "0", image.toString())
        && Command.succeeds("mount", "-o", "loop", image.toString(), folder.toString())
        && Command.succeeds("chmod", "777", folder.toString());
    return mounted ? new SmallDisk(folder) : null;
  }

  Path folder() {
    return folder;
  }

  /** Leaves no byte free. */
  void fill() throws IOException {
    try (OutputStream out = Files.newOutputStream(ballast)) {
      for (int piece : PIECES) {
        fill(out, piece);
      }
    }
  }

  private static void fill(OutputStream out, int piece) {
    byte[] bytes = new byte[piece];
    Arrays.fill(bytes, (byte) 1);
    try {
      while (true) {
        out.write(bytes);
      }
    } catch (IOException e) {
      // Nothing of that size fits any more.
    }
  }

  /** Gives back what was filled. */
  void free() throws IOException {
    Files.deleteIfExists(ballast);
  }

  @Override
  public void close() throws IOException {
    free();
    Command.succeeds("umount", folder.toString());
  }
}
