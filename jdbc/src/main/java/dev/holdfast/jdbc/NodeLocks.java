package dev.holdfast.jdbc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proof of death on one host. A node holds a lock of the operating system on a file of its own,
 * {@code <database>.node-<uuid>}, from before its row can be seen until its database is closed. The
 * operating system gives the lock back when the process ends, however it ends, and not before. So
 * whoever can take the lock knows that the node is dead. A missing file proves nothing.
 *
 * <p>Closing any descriptor of a file gives back the process's locks on it. So a process must not
 * look at the files that it holds itself, and the set of these is static for that reason.
 *
 * <p>Files come and go in a writer's turn only, so that none is swept before it is locked. Several
 * threads may use one.
 */
final class NodeLocks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLocks.class);
  private static final Set<Path> HELD_BY_PROCESS = ConcurrentHashMap.newKeySet();

  /** Only such ids become part of a file's name. */
  private static final Pattern PLAIN = Pattern.compile("[0-9A-Za-z-]{1,64}");

  private final Path database;
  private final Map<Path, FileChannel> held = new ConcurrentHashMap<>();
  private final Set<Path> over = ConcurrentHashMap.newKeySet();

  /** @param database the same path in every process that uses the database */
  NodeLocks(Path database) {
    this.database = database;
  }

  /** Takes a node's lock; it is this process's until {@link #close}. */
  void hold(String uuid) throws IOException {
    if (!PLAIN.matcher(uuid).matches()) {
      throw new IOException("a node's id cannot be part of a file's name");
    }
    Path path = path(uuid);
    if (!HELD_BY_PROCESS.add(path)) {
      throw new IOException("two nodes have one id");
    }
    try {
      FileChannel channel =
          FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      held.put(path, channel);
      if (channel.tryLock() == null) {
        throw new IOException("another process holds " + path);
      }
      String note = "process " + ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(note.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException | RuntimeException e) {
      release(path);
      throw e;
    }
  }

  /** Whether this took the node's lock before, and still has it. */
  boolean holds(String uuid) {
    return held.containsKey(path(uuid));
  }

  /** Gives back and removes the lock of a node that was not registered after all. */
  void drop(String uuid) throws IOException {
    Path path = path(uuid);
    release(path);
    Files.deleteIfExists(path);
  }

  /** Lets the lock's file be removed by {@link #close}: the row tells all that the node is over. */
  void over(String uuid) {
    over.add(path(uuid));
  }

  /** Whether a node's process is certainly dead. */
  boolean isDead(String uuid) {
    return PLAIN.matcher(uuid).matches() && canBeTaken(path(uuid));
  }

  private static boolean canBeTaken(Path path) {
    if (HELD_BY_PROCESS.contains(path)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      return channel.tryLock() != null;
    } catch (IOException | OverlappingFileLockException e) {
      return false; // missing, or another thread of ours is asking the same
    }
  }

  /** Removes the file of a node that was fenced. */
  void remove(String uuid) {
    if (PLAIN.matcher(uuid).matches()) {
      delete(path(uuid));
    }
  }

  /** Removes what dead processes, and earlier nodes of ours, left behind that have no live row. */
  void sweep(Set<String> liveUuids) throws IOException {
    String prefix = database.getFileName() + ".node-";
    Set<Path> live = liveUuids.stream().map(this::path).collect(Collectors.toSet());
    for (Path path : Set.copyOf(held.keySet())) {
      if (!live.contains(path)) {
        delete(path);
        release(path);
      }
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(
        folder(), path -> path.getFileName().toString().startsWith(prefix))) {
      for (Path path : files) {
        String uuid = path.getFileName().toString().substring(prefix.length());
        if (!liveUuids.contains(uuid) && canBeTaken(path)) {
          delete(path);
        }
      }
    }
  }

  /**
   * Gives all locks back. The files of nodes whose rows are still live stay, so that others can see
   * that these are dead.
   */
  @Override
  public void close() {
    for (Path path : Set.copyOf(held.keySet())) {
      if (over.contains(path)) {
        delete(path);
      }
      release(path);
    }
  }

  private void release(Path path) {
    FileChannel channel = held.remove(path);
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      LOG.warn("Could not close {}: {}", path, e.toString());
    } finally {
      HELD_BY_PROCESS.remove(path);
    }
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.warn("Could not delete {}: {}", path, e.toString());
    }
  }

  private Path folder() throws IOException {
    Path folder = database.getParent();
    if (folder == null) {
      throw new IOException(database + " is in no folder");
    }
    return folder;
  }

  private Path path(String uuid) {
    return database.resolveSibling(database.getFileName() + ".node-" + uuid);
  }
}
