package dev.reveille.protocols.rest;

import dev.reveille.http.server.Exchange;
import dev.reveille.model.OrganisationId;
import dev.reveille.protocols.answers.EntityTags;
import dev.reveille.protocols.answers.Query;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.routing.port.SecretStore.Right;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request whose sender is known, on a thread that may block.
///
/// @param sender null where no key is needed
/// @param values what stands in the path at the places that the route leaves open
record Request(Exchange exchange, @Nullable Principal sender, List<String> values) {
  static final int USUAL_PAGE = 100;
  static final int LARGEST_PAGE = 1_000;
  private static final byte[] NOTHING = {'{', '}'};

  Principal principal() {
    if (sender == null) {
      throw new IllegalStateException("an open address asked who sends");
    }
    return sender;
  }

  OrganisationId organisation() {
    return principal().organisation();
  }

  String who() {
    return principal().who();
  }

  void need(final Right... anyOf) {
    principal().need(anyOf);
  }

  /// What stands at the first open place of the path.
  String name() {
    return values.getFirst();
  }

  /// What stands at the second open place of the path.
  String second() {
    return values.get(1);
  }

  String query(final String name) {
    return exchange.query(name).orElse("");
  }

  String header(final String name) {
    return exchange.header(name).orElse("");
  }

  /// The entity tags that a header names.
  EntityTags tags(final String header) {
    return EntityTags.of(exchange, header);
  }

  int limit() {
    return number("limit", USUAL_PAGE, 1, LARGEST_PAGE);
  }

  int number(final String name, final int usual, final int least, final int most) {
    return Query.number(exchange, name, usual, least, most);
  }

  /// The body as an object with these fields and no others.
  JsonBody body(final String... known) {
    return JsonBody.of(exchange.body(), known);
  }

  /// The body like [#body], or an empty object when there is none.
  JsonBody bodyIfAny(final String... known) {
    return exchange.body().length == 0 ? JsonBody.of(NOTHING, known) : body(known);
  }

  /// The request asks to create only.
  boolean createsOnly() {
    return tags("If-None-Match").isAny();
  }
}
