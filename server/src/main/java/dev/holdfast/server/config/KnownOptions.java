package dev.holdfast.server.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The names of all options, read out of the defaults. Immutable. */
final class KnownOptions {
  private static final String TYPES = "types";
  private static final Set<String> OF_A_TYPE = Set.of("main-field", "schema", "initial", "seed");

  private final Set<String> names;

  private KnownOptions(Set<String> names) {
    this.names = names;
  }

  static KnownOptions in(Config reference) {
    Set<String> names = new TreeSet<>();
    reference.entrySet().forEach(option -> names.add(option.getKey()));
    return new KnownOptions(names);
  }

  Set<String> names() {
    return names;
  }

  void refuseUnknown(ConfigObject root) {
    refuseUnknown(root, List.of());
  }

  private void refuseUnknown(ConfigObject object, List<String> path) {
    for (Map.Entry<String, ConfigValue> entry : new TreeMap<>(object).entrySet()) {
      List<String> here = new ArrayList<>(path);
      here.add(entry.getKey());
      if (here.equals(List.of(TYPES))) {
        refuseUnknownInTypes(entry.getValue());
      } else if (entry.getValue() instanceof ConfigObject group && isGroup(here)) {
        refuseUnknown(group, here);
      } else if (!names.contains(String.join(".", here))) {
        throw unknown(entry.getValue(), here, candidates());
      }
    }
  }

  private static void refuseUnknownInTypes(ConfigValue types) {
    if (!(types instanceof ConfigObject byName)) {
      throw new ConfigProblem(types.origin().description() + ": \"types\" is a group of types");
    }
    for (Map.Entry<String, ConfigValue> type : new TreeMap<>(byName).entrySet()) {
      if (!(type.getValue() instanceof ConfigObject options)) {
        throw new ConfigProblem(type.getValue().origin().description() + ": types." + type.getKey()
            + " is a group of main-field, schema, initial and seed");
      }
      for (Map.Entry<String, ConfigValue> option : new TreeMap<>(options).entrySet()) {
        if (!OF_A_TYPE.contains(option.getKey())) {
          List<String> path = List.of(TYPES, type.getKey(), option.getKey());
          String prefix = ConfigUtil.joinPath(TYPES, type.getKey()) + ".";
          Set<String> candidates = new TreeSet<>();
          OF_A_TYPE.forEach(known -> candidates.add(prefix + known));
          throw unknown(option.getValue(), path, candidates);
        }
      }
    }
  }

  private boolean isGroup(List<String> path) {
    String prefix = String.join(".", path) + ".";
    return names.stream().anyMatch(name -> name.startsWith(prefix));
  }

  private Set<String> candidates() {
    Set<String> candidates = new TreeSet<>(names);
    candidates.add(TYPES);
    return candidates;
  }

  private static ConfigProblem unknown(
      ConfigValue value, List<String> path, Set<String> candidates) {
    String name = ConfigUtil.joinPath(path);
    return new ConfigProblem(value.origin().description() + ": unknown option \"" + name + "\""
        + Nearest.hint(name, candidates));
  }
}
