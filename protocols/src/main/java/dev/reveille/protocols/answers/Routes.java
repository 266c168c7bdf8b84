package dev.reveille.protocols.answers;

import dev.reveille.http.routes.PathTable;
import dev.reveille.http.server.Answer;
import dev.reveille.http.server.BodyRule;
import dev.reveille.http.server.Exchange;
import dev.reveille.model.Reason;
import dev.reveille.protocols.json.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The addresses of one API: the action of each, the query parameters that it takes, and how large
/// its body may be.
///
/// Filled before the first request, read by any thread afterwards.
///
/// @param <A> what an address does
public final class Routes<A> {
  private record Route<A>(A action, Set<String> query, BodyRule body) {}

  /// The action that a request leads to.
  ///
  /// @param values what stands in the path at the places that its pattern leaves open
  public record Found<A>(A action, List<String> values) {}

  private final PathTable<Route<A>> table;
  private final BodyRule usual;
  private final Map<String, Set<String>> parameters = new TreeMap<>();

  /// @param usual how bodies are taken where nothing else is said
  public Routes(final PathTable.Rules rules, final BodyRule usual) {
    this.table = new PathTable<>(rules);
    this.usual = usual;
  }

  /// @param query the names of all query parameters that it takes
  public Routes<A> on(
      final String method, final String pattern, final A action, final String... query) {
    return on(method, pattern, usual, action, query);
  }

  public Routes<A> on(
      final String method,
      final String pattern,
      final BodyRule body,
      final A action,
      final String... query) {
    table.put(method, pattern, new Route<>(action, Set.of(query), body));
    if (query.length > 0) {
      parameters.put(method + " " + pattern, new TreeSet<>(Set.of(query)));
    }
    return this;
  }

  /// Takes `HEAD` from an address whose `GET` is more than reading.
  public Routes<A> withoutHead(final String pattern) {
    final var _ = table.withoutHead(pattern);
    return this;
  }

  /// The query parameters that each method and pattern takes, without those that take none.
  public Map<String, Set<String>> parameters() {
    return parameters;
  }

  /// Every pattern with its methods.
  public Map<String, Set<String>> addresses() {
    return table.addresses();
  }

  /// How the body of a request is taken; a path that leads nowhere has the usual rule.
  public BodyRule bodyRule(final String method, final String path) {
    final var whole = table.findWhole(path);
    final var match = whole != null ? whole : table.find(List.of(path.substring(1).split("/", -1)));
    final var route = match == null ? null : match.of(method);
    return route == null ? usual : route.body;
  }

  /// Finds the route of a request. `OPTIONS` is answered here.
  ///
  /// @return null when the request is answered
  /// @throws Refusal when the address or the method does not exist, or a query parameter is
  ///   unknown, given twice or not readable
  public @Nullable Found<A> find(final Exchange exchange) {
    final var match = table.find(exchange.segments());
    if (match == null) {
      throw notFound(exchange);
    }
    final var method = exchange.method();
    if (method.equals("OPTIONS")) {
      exchange.answer(Answer.empty(204, "Allow", match.allowed()));
      return null;
    }
    final var route = match.of(method);
    if (route == null) {
      throw Refusal.methodNotAllowed(method, match.allowed());
    }
    Query.check(exchange, route.query);
    return new Found<>(route.action, match.values());
  }

  public static Refusal notFound(final Exchange exchange) {
    return new Refusal(Reason.NOT_FOUND, "no address " + exchange.path());
  }
}
