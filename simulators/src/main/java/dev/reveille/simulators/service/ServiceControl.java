package dev.reveille.simulators.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/// The part of [Control] that is the same for every simulated service.
public abstract class ServiceControl implements Control {
  protected final ObjectMapper json = new ObjectMapper();
  private final SimulatedService service;

  protected ServiceControl(final SimulatedService service) {
    this.service = service;
  }

  /// Makes or alters one device token, or each of an array.
  @Override
  public final JsonNode tokens(final JsonNode body) {
    if (body.isArray()) {
      final var made = json.createArrayNode();
      body.forEach(one -> made.add(token(one)));
      return made;
    }
    return token(body);
  }

  /// Makes or alters a device token.
  protected abstract ObjectNode token(JsonNode body);

  @Override
  public final InjectedFaults faults() {
    return service.faults();
  }

  @Override
  public final Map<String, Long> counters() {
    return service.counters();
  }

  @Override
  public final boolean connections(final String what, final JsonNode body) {
    switch (what) {
      case "cut" -> service.cutConnections();
      case "leave" -> service.leaveConnections(body.path("reason").asText(leaving()));
      case "freeze" -> service.freezeConnections();
      default -> {
        return false;
      }
    }
    return true;
  }

  /// The reason with which the service sends its callers away unless a request names another one.
  protected String leaving() {
    return "graceful_stop";
  }
}
