package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.Following.Why;
import dev.holdfast.protocol.WatchUser.Given;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage;
import dev.holdfast.spi.PeerMessage.Changed;
import dev.holdfast.spi.PeerMessage.Follow;
import dev.holdfast.spi.PeerMessage.Hint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One random schedule of a node whose entities are watched, and of nodes that own them: messages
 * that are lost, late, doubled and overtake each other, owners that crash with a change committed
 * and not shown, entities that move, listings and reads that take their time, a reader that begins
 * a new life, users who take nothing. Nothing is ever looked at just because time has passed. Every
 * other schedule is calm: messages come through, in order, and little else happens that would make
 * up for what was missed.
 *
 * <p>Checked whenever something is given: readers may see it, and it is newer than what was given
 * before. Checked at the end, when messages come through again: everybody was given the newest.
 */
final class WatchSchedule {
  /** What makes it right, each to be left out by a test. */
  enum Rule {
    OPENED,
    GAP,
    LOST,
    GONE,
    /** What changes during a read is read again. */
    AGAIN,
    /** What changes while a listing is under way is listed again. */
    LIST_AGAIN,
    /** Values come from the owner, and not from the database. */
    VISIBLE,
    /** A change of which its owner does not know the outcome is told of, when the owner ends. */
    UNSURE
  }

  /** What came about, so that a test can see that the rare things did. */
  enum Event {
    GAVE,
    GAVE_DELETION,
    LEFT_OUT,
    NOT_READ,
    CRASHED_WITH_A_CHANGE,
    MOVED_WITH_A_CHANGE,
    OPENED,
    GAP,
    LOST,
    GONE
  }

  private static final long MILLI = 1_000_000;
  private static final String TYPE = "t";
  private static final List<String> IDS = List.of("a", "ab", "b");

  private static final class Owner {
    final long epoch;
    final Followers followers;
    final Hints hints = new Hints();
    boolean crashed;

    Owner(long epoch) {
      this.epoch = epoch;
      this.followers = new Followers(epoch);
    }
  }

  private static final class Truth {
    long committed = -1;
    boolean committedExists;
    long visible = -1;
    boolean visibleExists;
    boolean loaded;
    boolean showing;
    Owner owner;

    Truth(Owner owner) {
      this.owner = owner;
    }
  }

  private final Random random;
  private final Set<Rule> without;
  private final Consumer<Event> events;
  private final Watched watched = new Watched();
  private final Map<String, Truth> truth = new HashMap<>();
  private final List<Owner> owners = new ArrayList<>();
  private final Map<Long, WatchUser> users = new TreeMap<>();
  private final List<Runnable> network = new ArrayList<>();
  private final Map<EntityKey, Runnable> reads = new HashMap<>();
  private final List<Runnable> listings = new ArrayList<>();
  private Following following = new Following(1, "w1");
  private long life = 1;
  private long epochs = 10;
  private long numbers;
  private long now = Long.MAX_VALUE / 2;
  private boolean faults = true;
  private final boolean calm;

  WatchSchedule(long seed, Set<Rule> without, Consumer<Event> events) {
    this.random = new Random(seed);
    this.calm = seed % 2 == 0;
    this.without = without;
    this.events = events;
    owners.add(new Owner(++epochs));
    owners.add(new Owner(++epochs));
    IDS.forEach(id -> truth.put(id, new Truth(someOwner())));
    learn();
  }

  void run(int most) {
    int steps = most / 10 + random.nextInt(most);
    for (int i = 0; i < steps; i++) {
      step();
    }
    heal();
  }

  private void step() {
    now += random.nextInt(!calm && random.nextInt(40) == 0 ? 1_500 : 15) * MILLI;
    Truth entity = Objects.requireNonNull(truth.get(IDS.get(random.nextInt(IDS.size()))));
    switch (random.nextInt(25)) {
      case 0, 1, 2 -> change(entity);
      case 3, 4, 5 -> showAll();
      case 6 -> move(entity);
      case 7 -> crash();
      case 8 -> learn();
      case 9 -> takeOver();
      case 10 -> openOrClose();
      case 11 -> newLife();
      case 12, 13 -> perform(watched.tick());
      case 14 -> take();
      case 15 -> loseHints();
      case 16 -> join();
      default -> proceed();
    }
    tick();
  }

  private void proceed() {
    if (!network.isEmpty()) {
      network.remove(calm ? 0 : random.nextInt(network.size())).run();
    }
    if (!reads.isEmpty() && random.nextBoolean()) {
      EntityKey key = List.copyOf(reads.keySet()).get(random.nextInt(reads.size()));
      Objects.requireNonNull(reads.remove(key)).run();
    }
    if (!listings.isEmpty() && random.nextInt(3) == 0) {
      listings.remove(0).run();
    }
  }

  private void tick() {
    follow(following.want(now, watched.types()));
    follow(following.tick(now));
    for (Owner owner : owners) {
      if (!owner.crashed && random.nextBoolean()) {
        Hints.Batch batch = owner.hints.take();
        send(owner.followers.changed(now, batch));
      }
    }
  }

  // ---- owners

  private Owner someOwner() {
    List<Owner> alive = owners.stream().filter(owner -> !owner.crashed).toList();
    return alive.get(random.nextInt(alive.size()));
  }

  private void loseHints() {
    if (random.nextInt(4) == 0) {
      someOwner().hints.lose();
    }
  }

  private void hint(Owner owner, EntityKey key, long revision) {
    if (owner.followers.any()) {
      owner.hints.add(key, revision);
    }
  }

  private EntityKey key(Truth entity) {
    return IDS.stream()
        .filter(id -> truth.get(id) == entity)
        .map(id -> new EntityKey(TYPE, id))
        .findFirst()
        .orElseThrow();
  }

  /** Whoever needs it in memory loads it, and shows what is committed. */
  private boolean load(Truth entity) {
    if (entity.owner.crashed) {
      return false;
    }
    if (!entity.loaded) {
      entity.loaded = true;
      show(entity);
    }
    return true;
  }

  private void show(Truth entity) {
    entity.showing = false;
    entity.visible = entity.committed;
    entity.visibleExists = entity.committedExists;
    hint(entity.owner, key(entity), entity.visible);
  }

  private void change(Truth entity) {
    if (load(entity) && !entity.showing) {
      entity.committed++;
      entity.committedExists = !entity.committedExists || random.nextInt(4) > 0;
      entity.showing = true;
    }
  }

  private void showAll() {
    truth.values().stream()
        .filter(entity -> entity.showing && !entity.owner.crashed)
        .forEach(this::show);
  }

  private void move(Truth entity) {
    if (!entity.owner.crashed) {
      if (entity.showing) {
        events.accept(Event.MOVED_WITH_A_CHANGE);
        if (!without.contains(Rule.UNSURE)) {
          hint(entity.owner, key(entity), Hint.UNSURE);
        }
      }
      end(entity);
      entity.owner = someOwner();
    }
  }

  private static void end(Truth entity) {
    entity.showing = false;
    entity.loaded = false;
  }

  private void crash() {
    long alive = owners.stream().filter(owner -> !owner.crashed).count();
    if (alive > 1 && (!calm || random.nextInt(8) == 0)) {
      Owner crashing = someOwner();
      crashing.crashed = true;
      truth.values().stream().filter(entity -> entity.owner == crashing).forEach(entity -> {
        if (entity.showing) {
          events.accept(Event.CRASHED_WITH_A_CHANGE);
        }
        end(entity);
      });
    }
  }

  private void join() {
    if (owners.stream().filter(owner -> !owner.crashed).count() < 3) {
      owners.add(new Owner(++epochs));
    }
  }

  private void takeOver() {
    truth.values().stream().filter(entity -> entity.owner.crashed).forEach(entity -> {
      entity.owner = someOwner();
    });
  }

  // ---- the node where somebody watches

  /** It learns which nodes are live. */
  private void learn() {
    follow(following.live(
        now,
        owners.stream()
            .filter(owner -> !owner.crashed)
            .collect(Collectors.toMap(owner -> owner.epoch, owner -> "o" + owner.epoch))));
  }

  private void newLife() {
    if (!calm && random.nextInt(4) == 0) {
      life++;
      following = new Following(life, "w" + life);
      learn();
    }
  }

  private void follow(List<Following.Output> outputs) {
    for (Following.Output output : outputs) {
      if (output instanceof Following.Output.Tell tell) {
        later(() -> toOwner((Follow) tell.message()));
      } else if (output instanceof Following.Output.Look look) {
        perform(watched.look(look.hints().stream().filter(this::isHeard).toList()));
      } else if (output instanceof Following.Output.LookAtAll all) {
        events.accept(Event.valueOf(all.why().name()));
        lookAtAll(all.why());
      }
    }
  }

  private boolean isHeard(Hint hint) {
    return !without.contains(Rule.AGAIN) || !reads.containsKey(hint.key());
  }

  private void lookAtAll(Why why) {
    boolean deaf = without.contains(Rule.LIST_AGAIN) && !listings.isEmpty();
    if (!without.contains(Rule.valueOf(why.name())) && !deaf) {
      perform(watched.lookAtAll());
    }
  }

  private void toOwner(Follow follow) {
    owners.stream()
        .filter(owner -> owner.epoch == follow.owner() && !owner.crashed)
        .forEach(owner -> send(owner.followers.follow(now, follow)));
  }

  private void send(List<Followers.Tell> messages) {
    for (Followers.Tell tell : messages) {
      PeerMessage message = tell.message();
      later(() -> follow(following.told(now, (Changed) message)));
    }
  }

  private void later(Runnable task) {
    boolean rough = faults && !calm;
    if (!rough || random.nextInt(8) > 0) {
      network.add(task);
      if (rough && random.nextInt(20) == 0) {
        network.add(task);
      }
    }
  }

  private void perform(List<Watched.Output> outputs) {
    for (Watched.Output output : outputs) {
      if (output instanceof Watched.Output.Read read) {
        begin(read.key());
      } else if (output instanceof Watched.Output.List page) {
        list(page);
      }
    }
  }

  /** What it finds is from any moment while it lasts. */
  private void begin(EntityKey key) {
    Truth entity = Objects.requireNonNull(truth.get(key.id()));
    Runnable read;
    if (random.nextBoolean() && load(entity)) {
      Given found = found(entity);
      read = () -> read(key, found);
    } else {
      read = () -> {
        if (load(entity)) {
          read(key, found(entity));
        } else {
          events.accept(Event.NOT_READ);
          perform(watched.notRead(key));
        }
      };
    }
    assertThat(reads.put(key, read)).as("one read of %s at a time", key).isNull();
  }

  private Given found(Truth entity) {
    return without.contains(Rule.VISIBLE)
        ? new Given(entity.committed, entity.committedExists)
        : new Given(entity.visible, entity.visibleExists);
  }

  private void read(EntityKey key, Given found) {
    List<Watched.Output> outputs = watched.read(key, found.revision(), found.exists());
    for (Watched.Output output : outputs) {
      if (output instanceof Watched.Output.Give give) {
        given(Objects.requireNonNull(users.get(give.watch())), key.id(), found);
      }
    }
    perform(outputs);
  }

  private void given(WatchUser user, String id, Given found) {
    Truth entity = Objects.requireNonNull(truth.get(id));
    assertThat(found.revision())
        .as("what is visible of %s", id)
        .isLessThanOrEqualTo(entity.visible);
    Given before = user.given.put(id, found);
    long last = before == null ? Long.MIN_VALUE : before.revision();
    assertThat(found.revision()).as("given of %s", id).isGreaterThan(last);
    events.accept(found.exists() ? Event.GAVE : Event.GAVE_DELETION);
    if (before != null && found.revision() > last + 1) {
      events.accept(Event.LEFT_OUT);
    }
    user.untaken++;
    assertThat(user.untaken).isLessThanOrEqualTo(user.all ? Watched.ROOM : 1);
  }

  /** A page of two, from the database. */
  private void list(Watched.Output.List page) {
    List<Watched.Listed> rows = IDS.stream()
        .filter(id -> id.compareTo(page.after()) > 0 && row(id).committedExists)
        .map(id -> new Watched.Listed(id, row(id).committed))
        .limit(2)
        .toList();
    boolean fails = faults && !calm && random.nextInt(6) == 0;
    listings.add(() -> {
      if (fails) {
        watched.notListed(page.watch());
      } else {
        perform(watched.listed(page.watch(), rows, rows.size() == 2));
      }
    });
  }

  private Truth row(String id) {
    return Objects.requireNonNull(truth.get(id));
  }

  // ---- those who watch

  private void openOrClose() {
    if (users.size() < 4) {
      long number = ++numbers;
      boolean all = random.nextBoolean();
      String id = all ? List.of("", "a").get(random.nextInt(2)) : IDS.get(random.nextInt(3));
      users.put(number, new WatchUser(id, all));
      perform(
          all
              ? watched.openAll(number, TYPE, id)
              : watched.open(number, new EntityKey(TYPE, id), null));
    } else if (random.nextInt(5) == 0) {
      long number = List.copyOf(users.keySet()).get(random.nextInt(users.size()));
      users.remove(number);
      watched.close(number);
    }
  }

  private void take() {
    users.forEach((number, user) -> {
      if (user.untaken > 0 && random.nextBoolean()) {
        user.untaken--;
        perform(watched.taken(number));
      }
    });
  }

  // ---- the end

  /** Everything comes through again, and nothing changes any more. */
  private void heal() {
    faults = false;
    takeOver();
    learn();
    for (int i = 0; i < 600; i++) {
      now += 10 * MILLI;
      showAll();
      tick();
      perform(watched.tick());
      for (int each = network.size(); each > 0; each--) {
        network.remove(0).run();
      }
      List.copyOf(reads.keySet())
          .forEach(key -> Objects.requireNonNull(reads.remove(key)).run());
      for (int each = listings.size(); each > 0; each--) {
        listings.remove(0).run();
      }
      take();
    }
    truth.values().forEach(this::load);
    users.values().forEach(this::checkNewest);
  }

  private void checkNewest(WatchUser user) {
    for (String id : IDS) {
      Given last = user.given.get(id);
      boolean concerned = user.isConcernedBy(id);
      Truth entity = row(id);
      if (concerned && (entity.visibleExists || !user.all)) {
        assertThat(last)
            .as("the newest of %s", id)
            .isEqualTo(new Given(entity.visible, entity.visibleExists));
      } else if (concerned && last != null) {
        assertThat(last.exists()).as("%s was deleted", id).isFalse();
      }
    }
  }
}
