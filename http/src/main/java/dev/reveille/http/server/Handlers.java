package dev.reveille.http.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The handlers of one listener, chosen by the request's host name and the beginning of its path.
///
/// ```java
/// var all = new Handlers(api)
///     .at("/demo", page)                       // for every host
///     .on("hub.example.org", "/", hub)         // for this name
///     .on("*.events.example.org", "/", topics)
///     .byHost(asked -> hosts.get(Handlers.host(asked))); // come and go
/// ```
///
/// A host that [#byHost] knows has its one handler. Else those of the request's host are asked
/// first, then those for every host, then the one for all others; among those of a host the longest
/// beginning wins. A beginning ends at a slash of the path or at its end, and is compared without
/// regard to case: what case means below it is the handler's to say. Filled before the listener
/// opens, read by any thread afterwards.
public final class Handlers {
  private record Place(String prefix, HttpHandler handler) {
    boolean fits(final String path) {
      final int end = prefix.length();
      return path.regionMatches(/* ignoreCase= */ true, 0, prefix, 0, end)
          && (path.length() == end || path.charAt(end) == '/');
    }
  }

  private final HttpHandler others;
  private final List<Place> everywhere = new ArrayList<>();
  private final List<Function<String, @Nullable HttpHandler>> choosers = new ArrayList<>();
  private final HostNames<List<Place>> byName = new HostNames<>();
  private @Nullable Function<String, @Nullable HttpHandler> hosts;

  /// @param others takes what no other handler is named for
  public Handlers(final HttpHandler others) {
    this.others = others;
  }

  /// A handler for a part of the paths of every host.
  ///
  /// @param prefix begins with a slash
  public Handlers at(final String prefix, final HttpHandler handler) {
    put(everywhere, prefix, handler);
    return this;
  }

  /// A handler for a part of the paths of one host.
  ///
  /// @param name may begin with `*.`, which stands for one further label
  /// @param prefix begins with a slash; `/` for all paths
  public Handlers on(final String name, final String prefix, final HttpHandler handler) {
    put(byName.of(name, ArrayList::new), prefix, handler);
    return this;
  }

  private static void put(
      final List<Place> places, final String prefix, final HttpHandler handler) {
    if (!prefix.startsWith("/")) {
      throw new IllegalArgumentException("a path begins with a slash, not as " + prefix);
    }
    final var place =
        new Place(
            prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix, handler);
    if (places.stream().anyMatch(other -> other.prefix.equalsIgnoreCase(place.prefix))) {
      throw new IllegalArgumentException(prefix + " has a handler already");
    }
    int at = 0;
    while (at < places.size() && places.get(at).prefix.length() >= place.prefix.length()) {
      at++;
    }
    places.add(at, place);
  }

  /// Handlers that come and go while the listener runs, asked after those that are named for a path
  /// and before the one for all others.
  ///
  /// @param chooser given the decoded path, answers null for none; asked on event loops, must not
  ///   block
  public Handlers choosing(final Function<String, @Nullable HttpHandler> chooser) {
    choosers.add(chooser);
    return this;
  }

  /// Handlers of whole hosts that come and go while the listener runs: no other one is reached
  /// under such a name.
  ///
  /// @param chooser given the host as a request names it, perhaps with a port ([#host]), and ""
  ///   when it is not known; answers null for none; asked on event loops, must not block
  public Handlers byHost(final Function<String, @Nullable HttpHandler> chooser) {
    hosts = chooser;
    return this;
  }

  /// The host of a `Host` header or an `:authority`: in lower case, without its port and the dot of
  /// the root.
  public static String host(final String authority) {
    return HostNames.withoutPort(authority).toLowerCase(Locale.ROOT);
  }

  /// The handler of a request.
  ///
  /// @param host as the request names it, perhaps with a port; "" when it is not known
  /// @param path "" when it is not known
  HttpHandler of(final String host, final String path) {
    final var whole = hosts == null ? null : hosts.apply(host);
    if (whole != null) {
      return whole;
    }
    if (everywhere.isEmpty() && byName.isEmpty()) {
      return choosers.isEmpty() ? others : chosen(path);
    }
    final var named = byName.find(HostNames.withoutPort(host));
    final var found = named == null ? null : first(named, path);
    final var chosen = found == null ? first(everywhere, path) : found;
    return chosen == null ? chosen(path) : chosen;
  }

  private HttpHandler chosen(final String path) {
    for (final var chooser : choosers) {
      final var found = chooser.apply(path);
      if (found != null) {
        return found;
      }
    }
    return others;
  }

  private static @Nullable HttpHandler first(final List<Place> places, final String path) {
    for (final var place : places) {
      if (place.fits(path)) {
        return place.handler;
      }
    }
    return null;
  }
}
