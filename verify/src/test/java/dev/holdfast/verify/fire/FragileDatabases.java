package dev.holdfast.verify.fire;

import dev.holdfast.NotDone;
import dev.holdfast.jdbc.JdbcDatabaseProvider;
import dev.holdfast.spi.Arbiter;
import dev.holdfast.spi.Database;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredEntity;
import dev.holdfast.verify.Words;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Databases whose node can be told to die in the midst of its next write:
 * {@code fragile:FILE|jdbc:…}. It does when the file is there, at the moment that it names.
 * Thread-safe.
 */
public final class FragileDatabases implements Database.Provider {
  private static final String PREFIX = "fragile:";
  private static final int KILLED = 137;

  private final Database.Provider real = new JdbcDatabaseProvider();

  /** When to die. */
  enum Moment {
    /** The database does not hear of the write. */
    BEFORE_SENDING,
    /** The write is on its way, or being done. */
    AFTER_SENDING,
    /** It is done, and nobody was told. */
    AFTER_COMMIT,
    /** Whoever asked for it is being told. */
    AFTER_ANSWER;

    /** For what is to come afterwards, in microseconds at most. */
    private long most() {
      return this == AFTER_SENDING ? 2_000 : 20_000;
    }
  }

  static String url(Path file, String url) {
    return PREFIX + file + "|" + url;
  }

  /** Has the node that has this file die in its next write. */
  static void arm(Path file, Moment moment) throws IOException {
    Path whole = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(whole, Words.of(moment));
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public boolean accepts(String url) {
    return url.startsWith(PREFIX);
  }

  @Override
  public String example() {
    return PREFIX + "FILE|jdbc:…";
  }

  @Override
  public Database open(Database.Settings settings) {
    int bar = settings.url().indexOf('|');
    if (bar < 0) {
      throw new NotDone.CannotStart("such URLs look like " + example());
    }
    Path file = Path.of(settings.url().substring(PREFIX.length(), bar));
    return new Fragile(
        file,
        real.open(new Database.Settings(
            settings.url().substring(bar + 1),
            settings.user(),
            settings.password(),
            settings.leaseTtl(),
            settings.makesTables())));
  }

  private record Fragile(Path file, Database real) implements Database {
    @Override
    public Store store() {
      return new FragileStore(file, real.store());
    }

    @Override
    public Arbiter arbiter() {
      return real.arbiter();
    }

    @Override
    public int writers() {
      return real.writers();
    }

    @Override
    public Duration watchInterval() {
      return real.watchInterval();
    }

    @Override
    public boolean oneHost() {
      return real.oneHost();
    }

    @Override
    public String describe() {
      return real.describe();
    }

    @Override
    public void close() {
      real.close();
    }
  }

  private record FragileStore(Path file, Store real) implements Store {
    @Override
    public List<Result> write(long owner, List<Write> writes) {
      Moment moment = armed();
      if (moment == Moment.BEFORE_SENDING) {
        die();
      } else if (moment == Moment.AFTER_SENDING) {
        dieSoon(moment);
      }
      List<Result> results = real.write(owner, writes);
      if (moment == Moment.AFTER_COMMIT) {
        die();
      } else if (moment == Moment.AFTER_ANSWER) {
        dieSoon(moment);
      }
      return results;
    }

    private @Nullable Moment armed() {
      try {
        Moment moment = Words.value(Moment.class, Files.readString(file));
        Files.delete(file);
        return moment;
      } catch (NoSuchFileException e) {
        return null;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void dieSoon(Moment moment) {
      long micros = ThreadLocalRandom.current().nextLong(moment.most());
      Thread thread = new Thread(() -> {
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(micros));
        die();
      });
      thread.start();
    }

    private static void die() {
      Runtime.getRuntime().halt(KILLED);
    }

    @Override
    public List<OptionalLong> confirm(long owner, List<Held> held) {
      return real.confirm(owner, held);
    }

    @Override
    public List<Optional<StoredEntity>> load(List<EntityKey> keys) {
      return real.load(keys);
    }

    @Override
    public List<StoredEntity> list(String type, String after, int limit) {
      return real.list(type, after, limit);
    }

    @Override
    public boolean knows(String type) {
      return real.knows(type);
    }
  }
}
