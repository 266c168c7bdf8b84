package dev.reveille.model;

/// What a send says. Content: never in logs, metrics or the trail.
public sealed interface SendContent {
  /// Something to show, or to wake an app with, in our own words; each push service gets its form.
  ///
  /// @param as [EventClass#ALERT] or [EventClass#SILENT]
  /// @param collapse folds repeats on the device, "" when nothing folds
  record Neutral(EventClass as, String type, String collapse, Content content)
      implements SendContent {
    public Neutral {
      if (as != EventClass.ALERT && as != EventClass.SILENT) {
        throw new IllegalArgumentException(
            "a send is alert or silent, and not of the class " + as.word());
      }
    }
  }
}
