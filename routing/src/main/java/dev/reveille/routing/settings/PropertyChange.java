package dev.reveille.routing.settings;

import java.util.ArrayList;
import java.util.List;

/// What is to become of one property of an object.
public sealed interface PropertyChange {
  /// These values take the place of what there is.
  record Assign(List<String> values) implements PropertyChange {
    public Assign {
      values = List.copyOf(values);
    }
  }

  /// The default holds again.
  record Reset() implements PropertyChange {}

  /// Some texts of a list go and others come, in this order; texts are compared without regard to
  /// case. What the object does not set is taken from the default.
  record Adjust(List<String> remove, List<String> add) implements PropertyChange {
    public Adjust {
      remove = List.copyOf(remove);
      add = List.copyOf(add);
    }

    List<String> of(final List<String> before) {
      final var after = new ArrayList<>(before);
      after.removeIf(text -> remove.stream().anyMatch(text::equalsIgnoreCase));
      after.addAll(add);
      return after;
    }
  }
}
