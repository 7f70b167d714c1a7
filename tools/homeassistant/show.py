#!/usr/bin/env python3
"""Shows what a real Home Assistant makes of the bridge.

It starts a broker, nwp500 serve with the simulator, and Home Assistant in a virtual environment, lists the entities with
their states as a table in Markdown, gives commands from Home Assistant and shows them arriving at the simulated heater. It
is run by hand: it downloads Home Assistant and what that needs (some 200 MB), takes some minutes, and no test needs it.
docs/homeassistant.md has what it showed.

    tools/homeassistant/show.py [--directory DIR] [--us] [--nwp500 PROGRAM]

It needs Go, mosquitto and a Python that VERSION takes (3.11 or 3.12). Everything it keeps is in DIR, by default
~/.cache/nwp500-homeassistant; remove that to start afresh.
"""
import argparse
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

# The newest version that Python 3.11 takes. What is checked against later ones is internal/homeassistant/testdata/schema.json.
VERSION = "2024.3.3"

# The script of docs/homeassistant.md, in the words of VERSION.
SCRIPT = """
script:
  write_reservations:
    sequence:
      - service: mqtt.publish
        data:
          topic: "{{ topic }}"
          payload: >
            {{ {"version": state_attr("sensor.nwp500_reservation_entries", "version"),
                "schedule": {"reservation_use": true, "reservation": [
                  {"enable": true, "days": ["mon", "tue"], "time": "06:30", "mode": "energy_saver", "temperature": 52}]}} | to_json }}
"""

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def ask(url, body=None):
    request = urllib.request.Request(url, data=None if body is None else json.dumps(body).encode(), headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def await_that(what, limit, condition):
    until = time.monotonic() + limit
    while time.monotonic() < until:
        try:
            if found := condition():
                return found
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.5)
    sys.exit(f"{what}: not within {limit} s")


class Stage:
    """The processes of a run, ended in reverse order."""

    def __init__(self, directory):
        self.directory, self.processes, self.log = directory, [], {}

    def start(self, name, command, **options):
        self.log[name] = self.directory / f"{name}.log"
        with open(self.log[name], "wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, **options)
        self.processes.append(process)
        return process

    def end(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()


def install(directory):
    python = directory / "venv" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", directory / "venv"], check=True)
    # Without a limit for josepy the cloud component, which the HTTP server imports, breaks on a later one.
    have = subprocess.run([python, "-c", "from homeassistant.const import __version__ as v; print(v)"], capture_output=True, text=True)
    if have.stdout.strip() != VERSION:
        subprocess.run([python, "-m", "pip", "install", "--quiet", f"homeassistant=={VERSION}", "josepy<2"], check=True)
    return directory / "venv" / "bin" / "hass"


def configure(directory, port, broker, us):
    """A fresh configuration whose only integration is MQTT, with the broker already entered."""
    config = directory / "config"
    shutil.rmtree(config, ignore_errors=True)
    (config / ".storage").mkdir(parents=True)
    shutil.copytree(HERE / "witness", config / "custom_components" / "nwp500_witness", ignore=shutil.ignore_patterns("__pycache__"))
    (config / "configuration.yaml").write_text(
        f"homeassistant:\n  name: Home\n  time_zone: UTC\n  unit_system: {'us_customary' if us else 'metric'}\n"
        f"http:\n  server_host: 127.0.0.1\n  server_port: {port}\nlogger:\n  default: warning\nnwp500_witness:\n{SCRIPT}"
    )
    entry = {
        "entry_id": "broker", "version": 1, "minor_version": 1, "domain": "mqtt", "title": "broker", "source": "user",
        "data": {"broker": "127.0.0.1", "port": broker, "username": "home", "password": "assistant"},
        "options": {}, "pref_disable_new_entities": False, "pref_disable_polling": False, "unique_id": None, "disabled_by": None,
    }
    (config / ".storage" / "core.config_entries").write_text(
        json.dumps({"version": 1, "minor_version": 1, "key": "core.config_entries", "data": {"entries": [entry]}})
    )
    return config


def start_broker(stage, port):
    passwords = stage.directory / "passwords"
    passwords.write_text("home:assistant\n")
    passwords.chmod(0o600)
    subprocess.run(["mosquitto_passwd", "-U", passwords], check=True)
    (stage.directory / "mosquitto.conf").write_text(f"listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {passwords}\n")
    account = ["--user", "root"] if os.geteuid() == 0 else []
    if account:
        with open(stage.directory / "mosquitto.conf", "a") as conf:
            conf.write("user root\n")
    stage.start("mosquitto", ["mosquitto", "-c", stage.directory / "mosquitto.conf"])


def start_bridge(stage, program, port, broker):
    state = stage.directory / "state"
    shutil.rmtree(state, ignore_errors=True)
    secret = stage.directory / "broker-password"
    secret.write_text("assistant")
    secret.chmod(0o600)
    return stage.start("nwp500", [
        program, "serve", "--sim", "--listen", f"127.0.0.1:{port}",
        "--home-assistant-broker", f"mqtt://127.0.0.1:{broker}", "--home-assistant-user", "home", "--home-assistant-password-file", secret,
    ], env={**os.environ, "XDG_STATE_HOME": str(state), "HOME": str(stage.directory)})


class Home:
    """Home Assistant and the heater behind it."""

    def __init__(self, hass, api):
        self.hass, self.api = hass, api

    def entities(self):
        return ask(self.hass + "/witness/entities")

    def entity(self, key):
        for entity in self.entities()["entities"]:
            if entity["unique_id"].split("_", 2)[2] == key:
                return entity
        sys.exit(f"Home Assistant has no entity {key}")

    def heater(self):
        return ask(self.api + "/api/v1/heaters")["heaters"][0]

    def call(self, service, key, **data):
        domain, _, name = service.partition(".")
        if key:
            data["entity_id"] = self.entity(key)["entity_id"]
        return ask(self.hass + "/witness/call", {"domain": domain, "service": name, "data": data})


def table(entities):
    print("\n| entity | state | unit | class | |\n| --- | --- | --- | --- | --- |")
    for e in sorted(entities, key=lambda e: (e["disabled"], e["category"] or "", e["entity_id"])):
        if e["disabled"]:
            continue
        a = e["attributes"]
        classes = "/".join(filter(None, [a.get("device_class"), a.get("state_class")]))
        print(f"| `{e['entity_id']}` | {e['state']} | {a.get('unit_of_measurement', '')} | {classes} | {e['category'] or ''} |")
    off = sorted(e["entity_id"] for e in entities if e["disabled"])
    print(f"\n{len(off)} more are off until they are switched on: " + ", ".join(f"`{e}`" for e in off))


def try_command(home, what, service, key, shows, status=None, wants=None, **data):
    """Give a command from Home Assistant, and wait until entity and heater show it."""
    answer = home.call(service, key, **data)
    if not answer["ok"]:
        print(f"| {what} | refused by Home Assistant: {answer['error']} | |")
        return
    watched = shows[0]

    def arrived():
        entity = home.entity(watched)
        value = entity["attributes"].get(shows[2]) if len(shows) > 2 else entity["state"]
        has = home.heater()["status"].get(status)
        if str(value) != str(shows[1]) or wants is not None and has != wants:
            return None
        return f"{entity['entity_id']} shows {value}" + (f" | {status}: {json.dumps(has)}" if status else " | ")

    print(f"| {what} | {soon(arrived)} |")


def failed_command(home, command):
    """The event of a command that failed, once it is the last that did."""
    attributes = home.entity("command_failed")["attributes"]
    if attributes.get("command") != command:
        return None
    return f"event: {attributes['event_type']}: {attributes['reason']}"


def try_refusal(home, what, service, key, command, **data):
    """Give a command that no heater takes, and wait for the event that says so."""
    answer = home.call(service, key, **data)
    found = answer.get("error") or soon(lambda: failed_command(home, command))
    print(f"| {what} | {found} | |")


def soon(condition):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if found := condition():
            return found
        time.sleep(0.3)
    return "**not seen**"


def commands(home):
    print("\n| command from Home Assistant | Home Assistant then | the heater's status |\n| --- | --- | --- |")
    us = home.entity("water_heater")["attributes"]["max_temp"] > 100
    warm, half = (131.0, 120.0) if us else (55.0, 52.3)
    shown = 120.0 if us else 52.5
    try_command(home, f"water_heater.set_temperature {warm}", "water_heater.set_temperature", "water_heater", ("water_heater", warm, "temperature"), "dhw_temperature_setting", 55, temperature=warm)
    try_command(home, f"water_heater.set_temperature {half}", "water_heater.set_temperature", "water_heater", ("water_heater", shown, "temperature"), "dhw_temperature_setting", temperature=half)
    for mode, own in (("high_demand", "high_demand"), ("heat_pump", "heat_pump"), ("electric", "electric"), ("eco", "energy_saver"), ("off", "power_off")):
        try_command(home, f"water_heater.set_operation_mode {mode}", "water_heater.set_operation_mode", "water_heater", ("water_heater", mode), "dhw_operation_setting", own, operation_mode=mode)
    try_command(home, "water_heater.turn_on", "water_heater.turn_on", "water_heater", ("water_heater", "eco"), "dhw_operation_setting", "energy_saver")
    try_command(home, "number.set_value 5 of Vacation days", "number.set_value", "vacation_days", ("vacation_days", "5"), "vacation_day_setting", 5, value=5)
    try_command(home, "switch.turn_on Vacation", "switch.turn_on", "vacation", ("vacation", "on"), "dhw_operation_setting", "vacation")
    try_command(home, "(and the heater_mode of the water heater)", "homeassistant.update_entity", "water_heater", ("water_heater", "vacation", "heater_mode"))
    try_command(home, "select.select_option high_demand", "select.select_option", "mode", ("mode", "high_demand"), "dhw_operation_setting", "high_demand", option="high_demand")
    try_command(home, "switch.turn_off Power", "switch.turn_off", "power", ("power", "off"), "dhw_operation_setting", "power_off")
    try_command(home, "switch.turn_on Power", "switch.turn_on", "power", ("power", "on"), "dhw_operation_setting", "high_demand")
    try_command(home, "switch.turn_on Anti-Legionella", "switch.turn_on", "anti_legionella", ("anti_legionella", "on"), "anti_legionella_use", True)
    try_command(home, "number.set_value 14 of its period", "number.set_value", "anti_legionella_days", ("anti_legionella_days", "14"), "anti_legionella_period", 14, value=14)
    try_command(home, "switch.turn_on TOU", "switch.turn_on", "tou_enabled", ("tou_enabled", "on"), "tou_status")
    try_command(home, "number.set_value 1500 of Filter interval", "number.set_value", "filter_interval", ("filter_interval", "1500"), "air_filter_alarm_period", 1500, value=1500)
    try_refusal(home, "number.set_value 500 of Filter interval", "number.set_value", "filter_interval", "filter-life", value=500)
    try_command(home, "(and the number)", "homeassistant.update_entity", "filter_interval", ("filter_interval", "1500"))
    try_refusal(home, "water_heater.set_temperature beyond the limits", "water_heater.set_temperature", "water_heater", "temperature", temperature=194 if us else 90)
    try_command(home, "(and the water heater)", "homeassistant.update_entity", "water_heater", ("water_heater", shown, "temperature"))
    try_command(home, "button.press Refresh", "button.press", "refresh", ("connection", "up"))


def schedules(home):
    print("\n| schedule from Home Assistant | Home Assistant then |\n| --- | --- |")
    entity = home.entity("reservations")
    heater = entity["unique_id"].split("_")[1]
    topic = f"nwp500/{heater}/reservations/set"

    def written():
        now = home.entity("reservations")
        if now["state"] != "1" or now["attributes"]["version"] == entity["attributes"]["version"]:
            return None
        return f"{now['entity_id']} shows 1: {json.dumps(now['attributes']['schedule']['reservation'])}"

    home.call("script.turn_on", None, entity_id="script.write_reservations", variables={"topic": topic})
    print(f"| the script above | {soon(written)} |")
    stale = {"version": entity["attributes"]["version"], "schedule": {"reservation_use": False, "reservation": []}}
    home.call("mqtt.publish", None, topic=topic, payload=json.dumps(stale))
    print(f"| another, with the version from before | {soon(lambda: failed_command(home, 'set-reservations'))} |")


def energy(home):
    """The energy dashboard needs statistics, which Home Assistant makes every five minutes."""
    devices = ["energy", "energy_heat_pump", "energy_elements", "energy_today"]
    asked = {"water": home.entity("cumulated_dhw_flow_rate")["entity_id"], "devices": [home.entity(key)["entity_id"] for key in devices]}

    def complaints():
        issues = ask(home.hass + "/witness/energy", asked)
        return None if any(issue["type"] == "statistics_not_defined" for issue in issues) else [issues]

    found = await_that("statistics", 660, complaints)[0]
    print(f"\nThe energy dashboard takes {', '.join(asked['devices'])} as devices and {asked['water']} as water. It complains of: {json.dumps(found) if found else 'nothing'}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--directory", type=pathlib.Path, default=pathlib.Path.home() / ".cache" / "nwp500-homeassistant")
    arguments.add_argument("--us", action="store_true", help="a Home Assistant in °F and gallons")
    arguments.add_argument("--nwp500", help="the program to show; if not given, it is built")
    given = arguments.parse_args()
    directory = given.directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    program = given.nwp500 or directory / "nwp500"
    if not given.nwp500:
        subprocess.run(["go", "build", "-o", program, "./cmd/nwp500"], cwd=ROOT, check=True)
    hass = install(directory)
    broker, page, port = free_port(), free_port(), free_port()
    home = Home(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{page}")
    stage = Stage(directory)
    try:
        start_broker(stage, broker)
        bridge = start_bridge(stage, program, page, broker)
        await_that("the heater", 60, lambda: home.heater()["status"])
        config = configure(directory, port, broker, given.us)
        stage.start("hass", [hass, "-c", config, "--log-no-color"])
        await_that("Home Assistant", 300, lambda: home.entities()["running"])
        await_that("the entities", 60, lambda: any(e["state"] not in (None, "unknown", "unavailable") for e in home.entities()["entities"]))
        time.sleep(15)  # until the record of energy and the schedules are read, too
        found = home.entities()
        print(f"Home Assistant {VERSION} found {len(found['entities'])} entities of {json.dumps(found['devices'])}")
        table(found["entities"])
        commands(home)
        schedules(home)
        energy(home)
        bridge.terminate()
        bridge.wait(10)
        await_that("the end of the bridge", 30, lambda: home.entity("water_heater")["state"] == "unavailable")
        print("\nAfter the end of the bridge the water heater is unavailable.")
        start_bridge(stage, program, page, broker)
        await_that("the bridge's return", 60, lambda: home.entity("water_heater")["state"] not in ("unavailable", "unknown"))
        print(f"Started again, it shows {home.entity('water_heater')['state']}; Home Assistant has {len(home.entities()['entities'])} entities.")
        print("\nWhat Home Assistant logged of the bridge's entities:\n")
        complaints = [line for line in stage.log["hass"].read_text().splitlines() if ("mqtt" in line or "nwp500" in line) and "nwp500_witness" not in line]
        print("\n".join("    " + line for line in complaints) or "    nothing")
    finally:
        stage.end()


main()
