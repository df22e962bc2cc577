"""Runs the cases of Eclipse Paho's interoperability tests for MQTT 5, as the source distribution of paho-mqtt has them
(`tests/test_mqttv5.py`), against a node instead of the broker that they would start. Arguments: the folder of that
distribution, the port, and the cases to run; without any it names all that there are. Says in lines: `<case>: passed`,
or `<case>: failed: <why>`."""

import contextlib
import importlib.util
import io
import logging
import sys
import types
import unittest

folder, port, *wanted = sys.argv[1:]


class Elsewhere:
    """The broker runs already, and does not end with a class of tests."""

    def join(self, *_):
        pass

    def shutdown(self):
        pass

    def server_close(self):
        pass


def stand_in():
    listener = types.SimpleNamespace(server=Elsewhere())
    brokers = types.ModuleType("mqtt.brokers")
    brokers.listeners = types.SimpleNamespace(TCPListeners=listener)
    package = types.ModuleType("mqtt")
    package.brokers = brokers
    sys.modules.update({"mqtt": package, "mqtt.brokers": brokers})


def start_broker(cls, port):
    cls._test_broker, cls._test_broker_port = Elsewhere(), int(sys.argv[2])


def load():
    spec = importlib.util.spec_from_file_location("test_mqttv5", folder + "/tests/test_mqttv5.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module._TestBase._start_broker = classmethod(start_broker)
    return module


def cases(suite):
    for each in suite:
        yield from cases(each) if isinstance(each, unittest.TestSuite) else [each]


class Says(unittest.TestResult):
    """Tells each case's end at once, where the cases' own prints do not go."""

    def addSuccess(self, test):
        say(test, "passed")

    def addFailure(self, test, error):
        say(test, f"failed: {error[0].__name__} {error[1]}")

    addError = addFailure

    def addSkip(self, test, reason):
        say(test, f"failed: skipped, {reason}")


out = sys.stdout


def say(test, what):
    print(test.id().split(".", 1)[-1] + ":", " ".join(what.split())[:200], file=out, flush=True)


logging.disable(logging.CRITICAL)
stand_in()
found = list(cases(unittest.defaultTestLoader.loadTestsFromModule(load())))
if not wanted:
    for case in found:
        print(case.id().split(".", 1)[-1])
else:
    chosen = [case for case in found if case.id().split(".", 1)[-1] in wanted]
    with contextlib.redirect_stdout(io.StringIO()):
        unittest.TestSuite(chosen).run(Says())
