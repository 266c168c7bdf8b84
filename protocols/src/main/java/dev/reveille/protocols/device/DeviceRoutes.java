package dev.reveille.protocols.device;

import dev.reveille.live.http.Answer;
import dev.reveille.live.http.Exchange;
import dev.reveille.model.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Which address below `/device/v1` does what. The second part of an address may be open (`{}`).
final class DeviceRoutes {
  private static final String ROOT = "/device/v1/";
  private static final int BEFORE = 2; // the parts device and v1

  /// Answers a request; may block.
  @FunctionalInterface
  interface Action {
    /// @param name what stands at the open place; "" when there is none
    void answer(Exchange exchange, String name);
  }

  private final Map<String, TreeMap<String, Action>> byAddress = new HashMap<>();

  DeviceRoutes on(final String method, final String address, final Action action) {
    byAddress.computeIfAbsent(address, _ -> new TreeMap<>()).put(method, action);
    return this;
  }

  /// Every address with its methods.
  Map<String, Set<String>> addresses() {
    final var all = new TreeMap<String, Set<String>>();
    byAddress.forEach((address, methods) -> all.put(ROOT + address, methods.keySet()));
    return all;
  }

  void answer(final Exchange exchange) {
    final List<String> path = exchange.segments().subList(BEFORE, exchange.segments().size());
    final var methods = byAddress.get(address(path));
    if (methods == null) {
      throw new Refusal(Reason.NOT_FOUND, "");
    }
    final var given = exchange.method();
    final var action = methods.get(given.equals("HEAD") ? "GET" : given);
    if (action != null) {
      action.answer(exchange, path.size() > 1 ? path.get(1) : "");
    } else if (given.equals("OPTIONS")) {
      exchange.answer(Answer.empty(204, "Allow", String.join(", ", methods.keySet())));
    } else {
      throw new Refusal(Reason.METHOD_NOT_ALLOWED, String.join(", ", methods.keySet()));
    }
  }

  /// Parts come decoded: one that holds a slash is a name, and names stand at the open place only.
  private static String address(final List<String> path) {
    if (path.getFirst().contains("/") || path.getLast().contains("/") && path.size() != 2) {
      return "";
    }
    return switch (path.size()) {
      case 1 -> path.getFirst();
      case 2 -> path.getFirst() + "/{}";
      case 3 -> path.getFirst() + "/{}/" + path.get(2);
      default -> "";
    };
  }
}
