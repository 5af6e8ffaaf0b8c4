package dev.holdfast.runtime;

import dev.holdfast.spi.Engine;
import dev.holdfast.spi.EntityKey;
import dev.holdfast.spi.PeerMessage;
import dev.holdfast.spi.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Keeps what it is told. */
final class FakeEngine implements Engine {
  final List<Long> tickets = new ArrayList<>();
  final List<Request> sent = new ArrayList<>();
  final List<List<String>> joins = new ArrayList<>();
  final Set<String> downed = new TreeSet<>();
  Set<String> members = Set.of();
  Set<String> unreachable = Set.of();
  Set<String> listening = Set.of();
  boolean joined;
  boolean broken;

  @Override
  public String address() {
    return "me:1#1";
  }

  @Override
  public void join(boolean form, List<String> seeds) {
    joins.add(seeds);
    joined = joined || form;
  }

  @Override
  public boolean joined() {
    return joined;
  }

  @Override
  public void serve() {}

  @Override
  public void send(long ticket, Request request, boolean again) {
    tickets.add(ticket);
    sent.add(request);
    if (broken) {
      throw new IllegalStateException("broken");
    }
  }

  @Override
  public void tell(String address, PeerMessage message) {}

  @Override
  public void touch(EntityKey key) {}

  @Override
  public Set<String> unreachable() {
    return unreachable;
  }

  @Override
  public boolean listensAt(String address) {
    return listening.contains(address);
  }

  @Override
  public void down(Set<String> addresses) {
    downed.addAll(addresses);
  }

  @Override
  public Set<String> members() {
    return members;
  }

  @Override
  public void leave(Duration within) {}

  @Override
  public void close() {}
}
