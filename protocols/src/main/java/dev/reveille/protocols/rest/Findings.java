package dev.reveille.protocols.rest;

import dev.reveille.model.AppId;
import dev.reveille.model.OrganisationId;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/// Finds mistakes that only the server itself can see, such as a proxy that does not answer it.
/// Implemented outside of this package, which knows no push service. May block for a few seconds.
@FunctionalInterface
public interface Findings {
  /// Where nothing can be found.
  Findings NONE = (_, _) -> List.of();

  /// What several find, one after the other.
  static Findings together(final Findings... all) {
    return new Findings() {
      @Override
      public List<Finding> find(final OrganisationId asking, final Predicate<AppId> own) {
        return Arrays.stream(all).flatMap(each -> each.find(asking, own).stream()).toList();
      }

      @Override
      public List<String> warnings() {
        return Arrays.stream(all).flatMap(each -> each.warnings().stream()).toList();
      }
    };
  }

  /// A mistake that the server found, or a hint.
  ///
  /// @param wrong something does not work, or will not; otherwise it is worth knowing
  /// @param id its name for scripts, the same in every version
  /// @param about an app, a service, an address
  record Finding(boolean wrong, String id, String about, String sentence, String remedy) {}

  /// @param asking what concerns the whole server is told to the first organisation only
  /// @param own whether an app is of that organisation
  List<Finding> find(OrganisationId asking, Predicate<AppId> own);

  /// Lines for `/health` about what is wrong now, each with its remedy; found without waiting.
  default List<String> warnings() {
    return List.of();
  }
}
