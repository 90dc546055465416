package threading

import (
	"fmt"
	"reflect"
)

// call calls target, if there is one, with args. What cannot be called is a
// *TypeError, with which it panics.
func call(target any, args []any) {
	switch f := target.(type) {
	case nil:
		return // whatever the arguments, as in Python
	case func():
		if f != nil && len(args) == 0 {
			f()
			return
		}
	}
	v := reflect.ValueOf(target)
	if v.Kind() != reflect.Func || v.IsNil() {
		panic(&TypeError{fmt.Sprintf("'%T' object is not callable", target)})
	}
	v.Call(arguments(v.Type(), args))
}

// arguments makes args fit the parameters of a function of type f.
func arguments(f reflect.Type, args []any) []reflect.Value {
	fixed := f.NumIn()
	if f.IsVariadic() {
		fixed--
	}
	if len(args) < fixed || len(args) > fixed && !f.IsVariadic() {
		panic(&TypeError{fmt.Sprintf("%v takes %d arguments but %d were given", f, fixed, len(args))})
	}
	in := make([]reflect.Value, len(args))
	for i, arg := range args {
		var param reflect.Type
		if i < fixed {
			param = f.In(i)
		} else {
			param = f.In(fixed).Elem()
		}
		in[i] = argument(f, i, param, arg)
	}
	return in
}

// argument makes arg fit one parameter.
func argument(f reflect.Type, i int, param reflect.Type, arg any) reflect.Value {
	v := reflect.ValueOf(arg)
	if !v.IsValid() { // nil: the zero value of what can be nil
		switch param.Kind() {
		case reflect.Chan, reflect.Func, reflect.Interface, reflect.Map, reflect.Pointer, reflect.Slice, reflect.UnsafePointer:
			return reflect.Zero(param)
		}
	} else if v.Type().AssignableTo(param) {
		return v
	}
	panic(&TypeError{fmt.Sprintf("%v: argument %d must be %v, not %T", f, i+1, param, arg)})
}
