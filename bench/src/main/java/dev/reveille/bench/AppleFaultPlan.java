package dev.reveille.bench;

import dev.reveille.simulators.apple.AppleSimulator;
import dev.reveille.simulators.service.Fault;
import java.time.Duration;

/// The faults that Apple's simulator makes during a crash campaign.
enum AppleFaultPlan {
  /// Everything is accepted.
  FAIR {
    @Override
    void over(final AppleSimulator apple, final long seed) {}
  },
  /// A little of everything that can happen to a sender.
  BAD {
    @Override
    void over(final AppleSimulator apple, final long seed) {
      apple.fault(busy().withChance(0.03, seed));
      apple.fault(busy().butDelivered().withChance(0.03, seed + 1));
      apple.fault(Fault.delay(LATE).always().withChance(0.05, seed + 2));
      breaks(apple, 0.01, seed);
    }
  },
  /// The same for many pushes at a time: a connection that breaks takes a thousand of them along.
  BAD_FOR_MANY {
    @Override
    void over(final AppleSimulator apple, final long seed) {
      apple.fault(busy().withChance(0.03, seed));
      apple.fault(busy().butDelivered().withChance(0.03, seed + 1));
      apple.fault(Fault.delay(LATE).always().withChance(0.05, seed + 2));
      breaks(apple, 0.0003, seed);
    }
  },
  /// Half of the pushes are refused although they were delivered, so that they come again.
  REPEATING {
    @Override
    void over(final AppleSimulator apple, final long seed) {
      apple.fault(busy().butDelivered().withChance(0.5, seed));
    }
  },
  /// Everything is accepted, later.
  SLOW {
    @Override
    void over(final AppleSimulator apple, final long seed) {
      apple.fault(Fault.delay(LATE).always());
    }
  };

  private static final Duration LATE = Duration.ofMillis(200);

  /// Puts the faults into a simulator.
  ///
  /// @param seed of their chances, so that a campaign can be repeated
  abstract void over(AppleSimulator apple, long seed);

  private static Fault busy() {
    return Fault.answer(503, "ServiceUnavailable").always();
  }

  private static void breaks(final AppleSimulator apple, final double chance, final long seed) {
    apple.fault(Fault.of(Fault.Action.CUT).always().withChance(chance, seed + 3));
    apple.fault(
        Fault.of(Fault.Action.GOAWAY_BEFORE)
            .saying("Shutdown")
            .always()
            .withChance(chance, seed + 4));
    apple.fault(Fault.reset("REFUSED_STREAM").always().withChance(0.02, seed + 5));
  }
}
