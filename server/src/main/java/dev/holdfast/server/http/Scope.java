package dev.holdfast.server.http;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What an access token may allow. */
public enum Scope {
  /** To see entities, nodes and metrics. */
  READ,
  /** To change entities. */
  WRITE,
  /** To change the cluster. */
  ADMIN;

  /** Its name in configurations and answers. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The scopes in a list such as {@code read,write}; empty if it is none. */
  public static Optional<Set<Scope>> parse(String list) {
    EnumSet<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (String name : list.split(",", -1)) {
      Optional<Scope> scope =
          Arrays.stream(values()).filter(each -> each.text().equals(name)).findFirst();
      if (scope.isEmpty()) {
        return Optional.empty();
      }
      scopes.add(scope.get());
    }
    return Optional.of(Set.copyOf(scopes));
  }

  /** The list that {@link #parse} reads. */
  public static String list(Set<Scope> scopes) {
    return scopes.stream().sorted().map(Scope::text).collect(Collectors.joining(","));
  }
}
