package dev.reveille.protocols.rest;

import dev.reveille.live.http.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which address does what. A pattern is a path whose `{}` stand for anything between two slashes;
/// where two patterns fit, the one registered first wins.
final class Routes {

  /// Answers a request; may block.
  @FunctionalInterface
  interface Action {
    Answer answer(Request request);
  }

  /// Sees to it that a request is answered, now or later; may block.
  @FunctionalInterface
  interface Handling {
    void handle(Request request);
  }

  /// @param isOpen needs no key
  private record Route(List<String> pattern, boolean isOpen, Map<String, Handling> byMethod) {}

  /// A route that fits a path, and what stood at its open places.
  record Match(boolean isOpen, Map<String, Handling> byMethod, List<String> values) {
    /// `HEAD` is a `GET` whose body the listener leaves out.
    @Nullable Handling of(final String method) {
      return byMethod.get(method.equals("HEAD") ? "GET" : method);
    }

    /// The value of the `Allow` header.
    String allowed() {
      final var methods = new ArrayList<>(byMethod.keySet());
      if (byMethod.containsKey("GET")) {
        methods.add("HEAD");
      }
      methods.add("OPTIONS");
      return String.join(", ", methods.stream().sorted().toList());
    }
  }

  private final List<Route> routes = new ArrayList<>();

  Routes on(final String method, final String pattern, final Action action) {
    return handled(method, pattern, request -> request.exchange().answer(action.answer(request)));
  }

  /// For requests that are answered later, or by somebody else.
  Routes handled(final String method, final String pattern, final Handling handling) {
    return put(method, pattern, false, handling);
  }

  /// For addresses that everybody may read.
  Routes open(final String method, final String pattern, final Action action) {
    return put(method, pattern, true, request -> request.exchange().answer(action.answer(request)));
  }

  private Routes put(
      final String method, final String pattern, final boolean isOpen, final Handling handling) {
    final var parts = List.of(pattern.substring(1).split("/"));
    for (final var route : routes) {
      if (route.pattern.equals(parts)) {
        route.byMethod.put(method, handling);
        return this;
      }
    }
    final var route = new Route(parts, isOpen, new TreeMap<>());
    route.byMethod.put(method, handling);
    routes.add(route);
    return this;
  }

  /// Every pattern with its methods.
  Map<String, Set<String>> addresses() {
    final var all = new TreeMap<String, Set<String>>();
    routes.forEach(
        route -> all.put("/" + String.join("/", route.pattern), route.byMethod.keySet()));
    return all;
  }

  @Nullable Match find(final List<String> path) {
    for (final var route : routes) {
      final var values = values(route.pattern, path);
      if (values != null) {
        return new Match(route.isOpen, route.byMethod, values);
      }
    }
    return null;
  }

  private static @Nullable List<String> values(
      final List<String> pattern, final List<String> path) {
    if (pattern.size() != path.size()) {
      return null;
    }
    final var values = new ArrayList<String>(2);
    for (int i = 0; i < pattern.size(); i++) {
      if (pattern.get(i).equals("{}") && !path.get(i).isEmpty()) {
        values.add(path.get(i));
      } else if (!pattern.get(i).equals(path.get(i))) {
        return null;
      }
    }
    return values;
  }
}
