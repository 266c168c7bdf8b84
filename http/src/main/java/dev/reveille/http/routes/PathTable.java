package dev.reveille.http.routes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Finds the route of a request by path and method: the addresses of one API.
///
/// A pattern is a path with `{}` in the places that are open: one fits any part that is not empty.
/// Where a word and an open place both fit, the word wins. Filled first, read by any thread
/// afterwards.
///
/// @param <R> what a route is
public final class PathTable<R> {

  /// The rules by which an API compares paths.
  ///
  /// @param ignoreCase whether `/Messages` is `/messages`; values of open places stay as sent
  /// @param trailingSlash whether `/messages/` is `/messages`
  public record Rules(boolean ignoreCase, boolean trailingSlash) {
    public static final Rules EXACT = new Rules(false, false);
  }

  /// The routes of a path by method, and what stood at its open places, in their order.
  ///
  /// @param head whether `HEAD` is a `GET` whose body the listener leaves out
  public record Match<R>(Map<String, R> byMethod, List<String> values, boolean head) {
    public @Nullable R of(final String method) {
      final var route = byMethod.get(method);
      return route == null && head && method.equals("HEAD") ? byMethod.get("GET") : route;
    }

    /// The value of the `Allow` header (RFC 9110 §10.2.1).
    public String allowed() {
      final var methods = new TreeSet<>(byMethod.keySet());
      if (head && methods.contains("GET")) {
        methods.add("HEAD");
      }
      methods.add("OPTIONS");
      return String.join(", ", methods);
    }
  }

  private static final String OPEN = "{}";

  private static final class Node<R> {
    private final Map<String, Node<R>> byWord = new HashMap<>();
    private final Map<String, R> byMethod = new TreeMap<>();
    private @Nullable Node<R> open;
    private boolean head = true;
  }

  private final Rules rules;
  private final Node<R> root = new Node<>();

  /// The places of patterns without an open place, by the path as it is sent.
  private final Map<String, Node<R>> whole = new HashMap<>();

  private final Map<String, Set<String>> addresses = new TreeMap<>();

  public PathTable(final Rules rules) {
    this.rules = rules;
  }

  /// @param pattern begins with a slash
  /// @throws IllegalArgumentException when the method has a route there already
  public PathTable<R> put(final String method, final String pattern, final R route) {
    final var node = node(pattern);
    if (node.byMethod.put(method, route) != null) {
      throw new IllegalArgumentException(method + " " + pattern + " has two routes");
    }
    if (!List.of(pattern.split("/", -1)).contains(OPEN)) {
      whole.put(pattern, node);
    }
    addresses.computeIfAbsent(pattern, _ -> new TreeSet<>()).add(method);
    return this;
  }

  /// Takes `HEAD` from an address whose `GET` is more than reading.
  public PathTable<R> withoutHead(final String pattern) {
    node(pattern).head = false;
    return this;
  }

  private Node<R> node(final String pattern) {
    var node = root;
    for (final var part : pattern.substring(1).split("/", -1)) {
      if (part.equals(OPEN)) {
        if (node.open == null) {
          node.open = new Node<>();
        }
        node = node.open;
      } else {
        node = node.byWord.computeIfAbsent(word(part), _ -> new Node<>());
      }
    }
    return node;
  }

  private String word(final String part) {
    return rules.ignoreCase ? part.toLowerCase(Locale.ROOT) : part;
  }

  /// Every pattern with its methods.
  public Map<String, Set<String>> addresses() {
    return addresses;
  }

  /// The quick way to a path without open places, which most requests take.
  ///
  /// @param path as it is sent
  /// @return null when [#find] has to look
  public @Nullable Match<R> findWhole(final String path) {
    final var node = whole.get(path);
    return node == null ? null : new Match<>(node.byMethod, List.of(), node.head);
  }

  /// @param path its parts, each decoded wholly: one that holds a slash fits an open place only
  public @Nullable Match<R> find(final List<String> path) {
    final var parts =
        rules.trailingSlash && path.size() > 1 && path.getLast().isEmpty()
            ? path.subList(0, path.size() - 1)
            : path;
    final var values = new ArrayList<String>(2);
    final var node = find(root, parts, 0, values);
    return node == null ? null : new Match<>(node.byMethod, values, node.head);
  }

  private @Nullable Node<R> find(
      final Node<R> node, final List<String> path, final int at, final List<String> values) {
    if (at == path.size()) {
      return node.byMethod.isEmpty() ? null : node;
    }
    final var part = path.get(at);
    final var next = node.byWord.get(word(part));
    final var found = next == null ? null : find(next, path, at + 1, values);
    if (found != null || node.open == null || part.isEmpty()) {
      return found;
    }
    values.add(part);
    final var byOpen = find(node.open, path, at + 1, values);
    if (byOpen == null) {
      values.removeLast();
    }
    return byOpen;
  }
}
