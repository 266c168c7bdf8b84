package dev.reveille.simulators.service;

/// A documented answer of a push service, such as a reason to refuse a push: its HTTP status and
/// its name.
public interface PushRefusal {
  int status();

  String name();
}
