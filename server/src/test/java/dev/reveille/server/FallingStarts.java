package dev.reveille.server;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.PushService;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushSender;
import java.nio.file.Path;
import java.util.List;

/// A server as a process of its own that dies at once when it pushes to one phone, as by a fault of
/// the virtual machine. It prints each push before it takes it, and ends in order when its input
/// ends.
final class FallingStarts {
  static final int DIED = 77;
  static final String PUSHED = "pushed ";

  private FallingStarts() {}

  /// @param args the configuration, the data directory, and the phone
  public static void main(final String... args) throws Exception {
    final var configuration = Configuration.load(Path.of(args[0])).with(Path.of(args[1]), 0, 0, 0);
    final var parts = Parts.PRODUCT.withSenders(real -> new DyingSender(real, args[2]));
    try (var _ = Server.start(configuration, parts, MachineTime.clock())) {
      while (System.in.read() >= 0) {
        // goes on until there is no more
      }
    }
    System.exit(0);
  }

  private record DyingSender(PushSender real, String phone) implements PushSender {
    @Override
    public PushService service() {
      return real.service();
    }

    @Override
    public void send(final List<Push> group, final Outcomes outcomes) {
      for (final var push : group) {
        System.out.println(PUSHED + push.event());
        System.out.flush();
        if (push.device().value().equals(phone)) {
          Runtime.getRuntime().halt(DIED);
        }
        outcomes.outcome(push, new DeliveryOutcome.HandedOver("taken"));
      }
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
