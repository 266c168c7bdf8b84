package dev.reveille.simulators.service;

/// A documented reason to refuse a push, with its status.
public interface PushRefusal {
  int status();

  String name();
}
