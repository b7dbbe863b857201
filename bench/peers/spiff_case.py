"""SpiffWorkflow with its JSON serialisation: a BPMN case with two steps, and a log beside it.

Each step is taken on a case that stands before its first: in one that went on, the tree of tasks,
and with it the time for a step, would grow.
"""

# The packages stand in another environment, where mypy does not look.
# mypy: disable-error-code="import-not-found", allow-subclassing-any, allow-untyped-decorators

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

from bench.peers.serving import in_wal, serve

DATABASE = sys.argv[1]

PROCESS = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="report"
    targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:process id="conduct" isExecutable="true">
    <bpmn:startEvent id="opened"><bpmn:outgoing>a</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="a" sourceRef="opened" targetRef="choose_support"/>
    <bpmn:manualTask id="choose_support" name="Choose support">
      <bpmn:incoming>a</bpmn:incoming><bpmn:outgoing>b</bpmn:outgoing>
    </bpmn:manualTask>
    <bpmn:sequenceFlow id="b" sourceRef="choose_support" targetRef="decide_anew"/>
    <bpmn:manualTask id="decide_anew" name="Decide anew">
      <bpmn:incoming>b</bpmn:incoming><bpmn:outgoing>c</bpmn:outgoing>
    </bpmn:manualTask>
    <bpmn:sequenceFlow id="c" sourceRef="decide_anew" targetRef="closed"/>
    <bpmn:endEvent id="closed"><bpmn:incoming>c</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>
"""

in_wal(DATABASE)
connection = sqlite3.connect(DATABASE, isolation_level=None)
connection.execute("PRAGMA synchronous=FULL")
connection.execute("CREATE TABLE cases (number INTEGER PRIMARY KEY, state TEXT NOT NULL)")
connection.execute("CREATE TABLE log (number INTEGER PRIMARY KEY, at INTEGER, step TEXT, who TEXT)")

_parser = BpmnParser()
_parser.add_bpmn_str(PROCESS)
_opened = BpmnWorkflow(_parser.get_spec("conduct"))
_opened.do_engine_steps()
_serializer = BpmnWorkflowSerializer()
_beginning = _serializer.serialize_json(_opened)
_cases: Iterator[int] = iter(())


def prepare(steps: int) -> None:
    """Store so many new cases."""
    global _cases  # noqa: PLW0603
    connection.execute("BEGIN IMMEDIATE")
    made = [
        connection.execute("INSERT INTO cases (state) VALUES (?)", (_beginning,)).lastrowid
        for _ in range(steps)
    ]
    connection.execute("COMMIT")
    _cases = (number for number in made if number is not None)


def advance() -> None:
    """Load a case, complete the task that is ready, and save case and log: one transaction."""
    number = next(_cases)
    connection.execute("BEGIN IMMEDIATE")
    [state] = connection.execute("SELECT state FROM cases WHERE number = ?", (number,)).fetchone()
    case = _serializer.deserialize_json(state)
    task = case.get_next_task(state=TaskState.READY, manual=True)
    task.data["decided_by"] = "reporter"
    task.run()
    case.do_engine_steps()
    after = _serializer.serialize_json(case)
    connection.execute("UPDATE cases SET state = ? WHERE number = ?", (after, number))
    connection.execute(
        "INSERT INTO log (at, step, who) VALUES (?, ?, ?)", (number, task.task_spec.name, "noor")
    )
    connection.execute("COMMIT")


serve(DATABASE, "SELECT count(*) FROM log", advance, prepare)
