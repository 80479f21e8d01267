// SPDX-License-Identifier: BSD-3-Clause
// Python's limited API: one file for CPython 3.8 and every later one.
#define Py_LIMITED_API 0x03080000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#ifndef TALLY_START
#define TALLY_START 0
#endif

// count(items) -> {item: how often, beginning with START}
static PyObject* count(PyObject* module, PyObject* items) {
  (void)module;
  PyObject* counts = PyDict_New();
  PyObject* iterator = counts != NULL ? PyObject_GetIter(items) : NULL;
  PyObject* item = NULL;
  while (iterator != NULL && (item = PyIter_Next(iterator)) != NULL) {
    PyObject* known = PyDict_GetItemWithError(counts, item);  // borrowed
    long so_far = known != NULL ? PyLong_AsLong(known) : TALLY_START;
    PyObject* next = PyErr_Occurred() == NULL ? PyLong_FromLong(so_far + 1) : NULL;
    int failed = next == NULL || PyDict_SetItem(counts, item, next) != 0;
    Py_XDECREF(next);
    Py_DECREF(item);
    if (failed) break;
  }
  Py_XDECREF(iterator);
  if (PyErr_Occurred() == NULL) return counts;
  Py_XDECREF(counts);
  return NULL;
}

static PyMethodDef functions[] = {
    {"count", count, METH_O, "How often each item occurs."},
    {NULL, NULL, 0, NULL},
};

static int fill(PyObject* module) { return PyModule_AddIntConstant(module, "START", TALLY_START); }

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, (void*)fill},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_tally", NULL, 0, functions, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__tally(void) { return PyModuleDef_Init(&definition); }
